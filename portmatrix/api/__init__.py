"""The REST API: a module of serializers and one of views for each kind of resource, beside what they share."""
