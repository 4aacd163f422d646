"""The table of endpoints that people upload: how it is read, and what is said of one that can't be."""

from dataclasses import dataclass

import pytest

from portmatrix.addresses import parse_address
from portmatrix.deployments.document import Endpoint
from portmatrix.deployments.endpoint_csv import (
    AS_TYPED,
    ENDPOINTS,
    MOST_BYTES,
    MOST_ROWS,
    Row,
    RowFault,
    TableRefused,
    decode,
    read_table,
)
from portmatrix.exports.writers import write_csv
from portmatrix.naming import Names, Unknown


@dataclass(frozen=True)
class Component:
    """A component as `Names` takes it."""

    slug: str
    names: tuple[str, ...]


COMPONENTS = {
    "agent": Component("agent", ("Agent",)),
    "appliance": Component("appliance", ("Appliance",)),
    "esxi-hosts": Component("esxi-hosts", ("ESXi hosts",)),
}
HEAD = "component,name,address\n"
FIRST_ROW = "The first row names the columns: component, name, address."
ADD_IT = "Add it, named in the first row."
NAMES = ["plain", "=1+1", "-x", "+x", "@x", "'quoted", "'=x", "''=x", 'say "hi"', "a,b;c", "ü"]
NAMES += ["x;=1+1", "x; '=1", 'x;"=1"', "x;''-y", "a; b", "=1;=2", "\uff1d1", "'\uff0b1", "x;\uff201"]
ONE = Row(2, "agent", "agent", "vda01", "10.1.0.1")


def read(text):
    return read_table(text, Names("component", COMPONENTS, most=0))


def told(faults):
    return [(fault.row, fault.column, fault.message) for fault in faults]


def refused(call, *arguments):
    with pytest.raises(TableRefused) as found:
        call(*arguments)
    return found.value.faults


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}agent,vda01,10.1.0.1\n",
        "component;name;address\r\nagent;vda01;10.1.0.1\r\n",
        "component\tname\taddress\nagent\tvda01\t10.1.0.1",
        "ADDRESS, Component ,name\n10.1.0.1,agent,vda01\n",
        f"\ufeff{HEAD}agent,vda01,10.1.0.1\n",
        f'{HEAD}"agent","vda01","10.1.0.1"\n\n,,\n',
        f"{HEAD} agent , vda01 , 10.1.0.1 \n",
        "component,name,address,,\nagent,vda01,10.1.0.1,,\n",
    ],
    ids=["commas", "semicolons", "tabs", "other order", "byte order mark", "quotes", "blanks", "empty columns"],
)
def test_what_spreadsheets_save_is_read(text):
    assert (read(text).rows, read(text).faults) == ([ONE], [])


def test_a_component_is_named_by_slug_or_name_in_any_case():
    rows = read(f"{HEAD}AGENT,a,10.1.0.1\nESXi Hosts,b,10.1.0.2\n").rows
    assert [(row.slug, row.component) for row in rows] == [("agent", "AGENT"), ("esxi-hosts", "ESXi Hosts")]


def test_the_name_may_be_left_out_as_a_cell_and_as_a_column():
    assert read("component,address\nagent,10.1.0.1\n").rows == [Row(2, "agent", "agent", "", "10.1.0.1")]
    assert read(f"{HEAD}agent,,10.1.0.1\n").rows == [Row(2, "agent", "agent", "", "10.1.0.1")]


def test_rows_are_numbered_as_a_spreadsheet_does():
    text = f'\n{HEAD}\nagent,"two\nlines",10.1.0.1\nagent,b,10.1.0.2\n'
    assert [row.number for row in read(text).rows] == [4, 5]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "",
            [(None, "", "There is nothing in it. The first row names the columns: component, name, address.")],
        ),
        (
            "component,adress\n",
            [(1, "adress", "Unknown column 'adress'. Did you mean 'address'?")],
        ),
        (
            "component,name\n",
            [(1, "address", "The column 'address' is missing. Add it, named in the first row.")],
        ),
        (
            "component,address,address\n",
            [(1, "address", "The column 'address' stands there twice. Leave one out.")],
        ),
        (
            "component,,address\n",
            [(1, "", "Column 2 has no name. Use one of: component, name, address; or leave the column out.")],
        ),
        (
            "10.1.0.1,agent\n",
            [
                (1, "10.1.0.1", "Unknown column '10.1.0.1'. Use one of: component, name, address."),
                (1, "agent", "Unknown column 'agent'. Use one of: component, name, address."),
                (1, "component", "The column 'component' is missing. Add it, named in the first row."),
                (1, "address", "The column 'address' is missing. Add it, named in the first row."),
            ],
        ),
        (
            f'{HEAD}agent,"vda01,10.1.0.1\n',
            [
                (
                    2,
                    "",
                    "A cell begins with a quote that nothing closes. Add the closing quote, or write quotes in a cell "
                    "twice.",
                )
            ],
        ),
        (
            f"{HEAD}agent,{'x' * 131_073},10.1.0.1\n",
            [(2, "", "A cell has more than 131,072 characters. Is a quote not closed, or a line not broken?")],
        ),
    ],
)
def test_what_is_no_table_of_endpoints_is_refused_whole(text, faults):
    assert told(refused(read, text)) == faults


def test_each_row_that_can_t_be_read_is_told_by_its_number():
    found = read(f"{HEAD}agent,a\nagent,a,10.1.0.1,more\nagnet,a,10.1.0.2\n,a,10.1.0.3\nagent,a,10.1.0.4\n")
    assert told(found.faults) == [
        (2, "", "2 cells where the first row has 3: component, name, address."),
        (3, "", "4 cells where the first row has 3: component, name, address."),
        (4, "component", "No component 'agnet'. Did you mean 'agent'?"),
        (5, "component", "Name the component."),
    ]


def test_a_fault_is_data_from_which_its_sentence_is_made():
    [fault] = read(f"{HEAD}agnet,a,10.1.0.2\n").faults
    assert fault == RowFault(2, "component", "unknown-component", {"unknown": Unknown("component", "agnet", "agent")})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD.encode("utf-16"), "This is UTF-16, which Excel calls “Unicode text”."),
        (HEAD.encode("utf-16-le"), "This is UTF-16, which Excel calls “Unicode text”."),
        (f"{HEAD}agent,Köln,10.1.0.1".encode("cp1252"), "Line 2 is not UTF-8: the file has another encoding."),
        (b"PK\x03\x04 and so on", "This is a workbook, not a CSV file."),
        (b"x" * (MOST_BYTES + 1), "It is larger than 2,000,000 bytes. Upload it in parts."),
    ],
    ids=["utf-16", "utf-16 without mark", "windows", "workbook", "large"],
)
def test_bytes_that_are_no_text_are_refused_with_the_fix(content, message):
    [fault] = refused(decode, content)
    assert fault.message.startswith(message)


def test_a_file_as_large_as_may_be_is_read():
    assert len(decode(b"x" * MOST_BYTES)) == MOST_BYTES
    assert decode("\ufeffü".encode()) == "ü"


def test_one_row_too_many_is_refused():
    rows = "".join(f"agent,,10.{n // 62500}.{n // 250 % 250}.{n % 250}\n" for n in range(MOST_ROWS))
    assert len(read(HEAD + rows).rows) == MOST_ROWS
    [fault] = refused(read, f"{HEAD}{rows}agent,,10.9.9.9\n")
    assert fault.message == "It has 20,001 rows; 20,000 are the most. Upload it in parts."


@pytest.mark.parametrize("name", NAMES)
def test_what_was_written_is_read_back(name):
    endpoint = Endpoint("agent", name, parse_address("10.1.0.1"))
    text = "".join(write_csv(ENDPOINTS, [endpoint]))
    [row] = read(text).rows
    assert (row.slug, row.name, row.address) == ("agent", name, "10.1.0.1")
    assert read("".join(write_csv(AS_TYPED, [row]))).rows == [row]
