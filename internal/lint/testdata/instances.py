"""Writes for every type of resources properties that its schema in cfn-lint allows, chosen by chance
and told apart by the seed that is the one argument: TYPE, a tab, JSON. It reads the schemas on its
own, without what internal/registry/facts/generate.py makes of them."""

import json
import random
import sys

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

SIMPLE = {"string": "x", "integer": 17, "number": 1, "boolean": True, "null": "x"}
DEEP = 7


def merged(one, other):
    out = dict(one)
    for key, value in other.items():
        if key == "properties" and key in out:
            both = {n: merged(out[key][n], value[n]) for n in value if n in out[key]}
            out[key] = {**out[key], **value, **both}
        elif key == "required" and key in out:
            out[key] = sorted({*out[key], *value})
        elif key in ("oneOf", "anyOf", "allOf"):
            out.setdefault(key, value)
        else:
            out[key] = value
    return out


class Instance:
    def __init__(self, schema):
        self.schema = schema
        self.read_only = {tuple("*" if step == "items" else step for step in path.split("/")[2:])
                          for path in schema.get("readOnlyProperties", [])}

    def resolved(self, node):
        while "$ref" in node:
            path, node = node["$ref"], self.schema
            for step in path[2:].split("/"):
                node = node[step.replace("~1", "/").replace("~0", "~")]
        return node

    def of(self, node, path=()):
        node = dict(self.resolved(node))
        for branch in node.pop("allOf", []):
            if "if" not in branch:
                node = merged(node, self.resolved(branch))
        for word in ("oneOf", "anyOf"):
            if word in node:
                branches = node.pop(word)
                return self.of(merged(node, self.resolved(random.choice(branches))), path)
        if "const" in node or node.get("enum"):
            return node.get("const", random.choice(node.get("enum", [None])))
        kinds = node.get("type", self.guess(node))
        kind = random.choice(kinds) if isinstance(kinds, list) else kinds
        if kind == "object":
            return self.mapping(node, path)
        if kind == "array":
            return self.list(node, path)
        return SIMPLE[kind]

    def guess(self, node):
        if "properties" in node or "patternProperties" in node:
            return "object"
        return "array" if "items" in node else ["string", "object", "array"]

    def mapping(self, node, path):
        out, required = {}, node.get("required", [])
        likely = 0 if len(path) >= DEEP else 1 if not path else 0.6
        for name, value in node.get("properties", {}).items():
            below = path + (name,)
            if below not in self.read_only and (name in required or random.random() < likely):
                out[name] = self.of(value, below)
        free = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
        free = [value for value in free if isinstance(value, dict)]
        if free:
            out["free"] = self.of(random.choice(free), path + ("free",))
        elif "properties" not in node and node.get("additionalProperties") is not False:
            out["any"] = [1]
        return out

    def list(self, node, path):
        if "prefixItems" in node:
            return ["x", 1]
        if len(path) > DEEP + 2 and not node.get("minItems"):
            return []
        items = [node.get("items", {"type": "string"})] * random.choice([1, 1, 2])
        return [self.of(item, path + ("*",)) for item in items]


random.seed(int(sys.argv[1]))
ROOT = ("properties", "required", "oneOf", "anyOf", "allOf", "additionalProperties")
for name in PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1"):
    if not name.startswith("AWS::Serverless::"):
        whole = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", name).schema
        root = {"type": "object", **{key: whole[key] for key in ROOT if key in whole}}
        print(name, json.dumps(Instance(whole).of(root)), sep="\t")
