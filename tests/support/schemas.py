"""A small check of JSON against the part of JSON Schema that ours uses."""

TYPES = {"object": dict, "array": list, "string": str, "integer": int}


def faults_of(value, schema, root=None, place="$"):
    """Where a value does not fit its schema, in words."""
    root = root or schema
    if "$ref" in schema:
        found = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return faults_of(value, found, root, place)
    if "const" in schema and value != schema["const"]:
        return [f"{place} is not {schema['const']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place} is none of {schema['enum']}"]
    if "type" in schema and (not isinstance(value, TYPES[schema["type"]]) or isinstance(value, bool)):
        return [f"{place} is no {schema['type']}"]
    if "minimum" in schema and value < schema["minimum"]:
        return [f"{place} is too small"]
    if isinstance(value, dict):
        return [*_of_object(value, schema, root, place)]
    if isinstance(value, list) and "items" in schema:
        parts = enumerate(value)
        return [fault for nth, part in parts for fault in faults_of(part, schema["items"], root, f"{place}[{nth}]")]
    return []


def _of_object(value, schema, root, place):
    yield from (f"{place} lacks {name}" for name in schema.get("required", ()) if name not in value)
    known = schema.get("properties", {})
    for name, part in value.items():
        if name in known:
            yield from faults_of(part, known[name], root, f"{place}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{place} has {name} too"
