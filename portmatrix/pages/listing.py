"""What the smaller listings (components, listeners, overrides) share: a form in a row; a page of rows, or a refusal."""

from dataclasses import dataclass

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from ..filters.sentence import described
from . import api_calls as take
from . import query_errors as refusal
from .query_urls import MARKER, Question, at, canonical


@dataclass(frozen=True)
class Control:
    """A control of the form: a text field, or (with choices, as (value, label) pairs) a select."""

    name: str
    label: str
    value: str
    choices: list


@dataclass(frozen=True)
class Listing:
    """What is listed, on which template, under which URL name in the API, and whether that asks for a token."""

    noun: str
    template: str
    api: str
    private: bool = False


def answer(request, listing, filterset, controls=(), build=lambda question, rows: {}):
    """The page of a listing; 400 and no rows if the question has a fault.

    `controls` are (name, label, choices) of its form, without choices for a text field. `build` makes what the template
    needs besides, from the `Question` and the rows of the page. A form sends its empty fields too; it is sent on
    without them.
    """
    if MARKER in request.GET:
        return HttpResponseRedirect(at(request.path, canonical(request.GET)))
    if filterset.is_valid():
        context, status = _rows(request, listing, filterset, build), 200
    else:
        context, status = _refusal(request, listing, filterset), 400
    context |= {
        "controls": [Control(name, label, _typed(request, name), choices) for name, label, choices in controls],
        "carried": _carried(context["question"], {name for name, _, _ in controls}),
        "marker": MARKER,
        "path": request.path,
    }
    return render(request, listing.template, context, status=status)


def _rows(request, listing, filterset, build):
    question = Question(filterset, request.path)
    total = filterset.qs.count()
    rows = list(filterset.qs[question.offset : question.offset + question.limit])
    return {
        "question": question,
        "title": described(listing.noun, filterset.active),
        "total": total,
        "rows": rows,
        "chips": question.chips,
        "cleared": question.cleared,
        "pager": question.pager(total),
        "call": take.many(request, reverse(listing.api), question.pairs(), private=listing.private),
        **build(question, rows),
    }


def _refusal(request, listing, filterset):
    understood = refusal.remainder(filterset)
    return {
        "question": Question(understood, request.path),
        "title": f"{listing.noun}: a question not understood",
        "faults": refusal.faults(filterset, request.path),
        "chips": refusal.chips(filterset, understood, request.path),
        "cleared": request.path,
    }


def _typed(request, name):
    return next(iter(request.GET.getlist(name)), "")


def _carried(question, shown):
    """What the form can't show and must not lose: other parameters, and all but the first value of its own."""
    carried, seen = [], set()
    for name, value in question.pairs(offset=None):
        if name not in shown or name in seen:
            carried.append((name, value))
        seen.add(name)
    return carried
