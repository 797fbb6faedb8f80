#!/usr/bin/env python3
"""Makes types.txt, what CloudFormation's registry says about every type of resources.

Use:      make registry, which runs this under the Python of .cache/lint, where make tools installs
          cfn-lint as internal/lint/tools/requirements.txt pins it.
Source:   the schemas that cfn-lint (MIT-0, Amazon) reads from the registry of every region and
          corrects where the registry errs; the attributes of Fn::GetAtt as cfn-lint takes them.
NOTICE:   beside this file; says the licence.

Taken are the types of us-east-1, then those that only other regions have; not those of
AWS::Serverless, which stand in templates that a transform reads. Left out is what is not about
shape: descriptions, patterns, lengths, and enumerations, which grow.

Lines of types.txt; the first is a comment whose last word is the day of the schemas:
  = TYPE              in the order of the letters; what follows is about it
  c PROPERTY...       create-only: a change replaces the resource. Dots lead deeper
  r PROPERTY...       read-only; * stands for every item of a list
  a ATTRIBUTE...      of Fn::GetAtt, where they are not what r says; * stands for anything
  . PROPERTY...       a mapping with these properties and no others; + one that may have others.
                      The first holds the resource's properties; others are counted from it
A property is NAME[!][=SHAPE]; ! says required. A SHAPE is * (anything), [SHAPE (a list), {SHAPE (a
mapping with keys that nobody knows), the number of a mapping, or nothing: one value.
Where the registry allows several shapes, what any of them allows is allowed, and only what all of
them require is required.
"""

import json
import os
import re
import sys

import cfnlint
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from cfnlint.version import __version__

HOME = "us-east-1"
DATA = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas")
VALUE, LIST, MAPPING = "value", "list", "mapping"
KINDS = {"object": MAPPING, "array": LIST}
SAYS_MAPPING = ("properties", "patternProperties", "additionalProperties", "required")
SAYS_LIST = ("items", "prefixItems")
SAYS_VALUE = ("enum", "const")  # but not pattern or format: what is no text has none


def canonical(node):
    return json.dumps(node, sort_keys=True)


def either(nodes):
    """One node for several that are told apart by their texts."""
    alone = len(nodes) == 1
    return next(iter(nodes.values())) if alone else {"anyOf": list(nodes.values())}


class Shapes:
    """Numbers the mappings of one type, the properties of the resource first."""

    def __init__(self, schema, read_only):
        self.schema = schema
        deeper = {path for path in read_only if "." in path}
        self.read_only = (read_only - deeper, {path.split(".")[-1] for path in deeper})
        self.numbers, self.lines = {}, []

    def resolved(self, node):
        while "$ref" in node:
            path, node = node["$ref"], self.schema
            if not path.startswith("#/"):
                raise SystemExit("a reference leads out of its schema: " + path)
            for step in path[2:].split("/"):
                node = node[step.replace("~1", "/").replace("~0", "~")]
        return node

    def kinds(self, node):
        """What JSON allows here: values, lists, mappings."""
        node = self.resolved(node)
        if "type" in node:
            types = node["type"] if isinstance(node["type"], list) else [node["type"]]
            kinds = {KINDS.get(name, VALUE) for name in types}
        elif any(word in node for word in SAYS_MAPPING):
            kinds = {MAPPING}
        elif any(word in node for word in SAYS_LIST):
            kinds = {LIST}
        elif any(word in node for word in SAYS_VALUE):
            kinds = {VALUE}
        else:
            kinds = {VALUE, LIST, MAPPING}
        for word in ("oneOf", "anyOf"):
            if word in node:
                kinds &= set().union(*(self.kinds(branch) for branch in node[word]))
        for branch in node.get("allOf", []):
            kinds &= self.kinds(branch)
        return kinds

    def parts(self, node):
        """The node and whatever else may hold in its place."""
        node = self.resolved(node)
        yield node
        for word in ("oneOf", "anyOf", "allOf"):
            for branch in node.get(word, []):
                yield from self.parts(branch)
        for word in ("if", "then", "else"):
            if word in node:
                yield from self.parts(node[word])

    def required(self, node):
        node = self.resolved(node)
        names = set(node.get("required", []))
        for word in ("oneOf", "anyOf"):
            if word in node:
                names |= set.intersection(*(self.required(branch) for branch in node[word]))
        for branch in node.get("allOf", []):
            names |= self.required(branch)
        return names

    def closed(self, node):
        """Whether no other properties are allowed."""
        node = self.resolved(node)
        if "additionalProperties" in node or "properties" in node:
            return node.get("additionalProperties") is False
        return any(word in node and all(self.closed(branch) for branch in node[word])
                   for word in ("oneOf", "anyOf"))

    def shape(self, node):
        kinds = self.kinds(node)
        if kinds == {VALUE}:
            return ""
        if kinds == {LIST}:
            return "[" + self.items(node)
        if kinds == {MAPPING}:
            return self.mapping(node)
        return "*"

    def items(self, node):
        found = {}
        for part in self.parts(node):
            if "prefixItems" in part or isinstance(part.get("items"), list):
                return "*"
            if "items" in part:
                found[canonical(part["items"])] = part["items"]
        return self.shape(either(found)) if found else "*"

    def mapping(self, node):
        properties, values = {}, {}
        for part in self.parts(node):
            for name, value in part.get("properties", {}).items():
                properties.setdefault(name, {})[canonical(value)] = value
            free = [*part.get("patternProperties", {}).values(), part.get("additionalProperties")]
            values |= {canonical(value): value for value in free if isinstance(value, dict)}
        if not properties:
            return "{" + self.shape(either(values)) if values else "*"
        return self.numbered(node, properties, bool(values))

    def numbered(self, node, properties, more):
        key = canonical(self.resolved(node))
        if key not in self.numbers:
            number = self.numbers[key] = len(self.lines)
            self.lines.append("")  # a mapping may hold itself
            required = self.required(node) - self.read_only[number > 0]
            words = ["+" if more or not self.closed(node) else "."]
            for name, values in sorted(properties.items()):
                if not re.fullmatch("[A-Za-z0-9_]+", name):
                    raise SystemExit("a property's name holds a separator: " + name)
                shape = self.shape(either(values))
                words.append(name + "!" * (name in required) + ("=" + shape if shape else ""))
            self.lines[number] = " ".join(words)
        return str(self.numbers[key])


def dotted(pointers):
    """Turns /properties/Rules/*/Arn into Rules.*.Arn."""
    names = set()
    for pointer in pointers:
        steps = pointer.split("/")
        if steps[:2] != ["", "properties"]:
            raise SystemExit("a pointer that leads to no property: " + pointer)
        names.add(".".join("*" if step == "items" else step for step in steps[2:]))
    return names


def section(name, schema, attributes):
    create = dotted(schema.get("createOnlyProperties", []))
    read = dotted(schema.get("readOnlyProperties", [])) - create - set(schema.get("required", []))
    shapes = Shapes(schema, read)
    root = shapes.mapping({**schema, "type": "object"})
    if root not in ("0", "*"):
        raise SystemExit("the properties of " + name + " are no mapping with names")
    lines = ["= " + name]
    other = attributes if attributes != read else ()
    for mark, words in (("c", create), ("r", read), ("a", other)):
        if words:
            lines.append(mark + " " + " ".join(sorted(words)))
    return lines + (shapes.lines or ["+"])


def regions_of_types():
    """Which region's schema is taken for each type."""
    folder, found = os.path.join(DATA, "providers"), {}
    names = sorted(file[: -len(".json")] for file in os.listdir(folder) if file.endswith(".json"))
    for region in sorted(names, key=lambda name: (name != HOME, name)):
        with open(os.path.join(folder, region + ".json"), encoding="utf-8") as file:
            for name in json.load(file):
                found.setdefault(name, region)
    return {name: region for name, region in found.items() if region != "sam"}


def main():
    with open(os.path.join(DATA, "version.json"), encoding="utf-8") as file:
        day = json.load(file)["schema_date"][:10]
    lines = ["# Made by generate.py from the schemas of cfn-lint " + __version__ + " of " + day]
    for name, region in sorted(regions_of_types().items()):
        of = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, name)
        attributes = {key.replace("\\", "").replace(".*", "*") if key.endswith(".*") else key
                      for key in of.get_atts.data}
        lines += section(name, of.schema, attributes)
    text = "\n".join(lines) + "\n"
    if not text.isascii():
        raise SystemExit("a name is not ASCII")
    sys.stdout.write(text)


main()
