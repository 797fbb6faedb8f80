"""How CloudFormation reads a template.

What MiniStack 1.5.33 gets wrong: a condition cannot look into a mapping (Fn::FindInMap counts as
different from everything); a change set does not say what conditions add or take away; a template
loses the line break at its end, and with it that of a last text.
"""

from ministack.core.responses import get_region
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks


def mapped(evaluate):
    """Look FindInMap up before MiniStack evaluates conditions."""

    def run(template, params):
        def looked_up(node):
            if isinstance(node, list):
                return [looked_up(one) for one in node]
            if not isinstance(node, dict):
                return node
            if "Fn::FindInMap" in node:
                name, row, column = map(reference, node["Fn::FindInMap"])
                # A region without a row is for the Rules to refuse.
                return template["Mappings"][name].get(row, {}).get(column, "")
            return {key: looked_up(one) for key, one in node.items()}

        def reference(key):
            if not isinstance(key, dict):
                return key
            return get_region() if key["Ref"] == "AWS::Region" else params[key["Ref"]]["Value"]

        conditions = looked_up(template.get("Conditions", {}))
        return evaluate({**template, "Conditions": conditions}, params)

    return run


def present(resolve):
    """Leave out of a change set's comparison what its side's conditions leave out."""

    def run(template, params, stack_name, stack_id):
        resolved = resolve(template, params, stack_name, stack_id)
        if not resolved:
            return resolved
        conditions = changesets._evaluate_conditions(template, params)
        return {"Resources": {name: r for name, r in resolved["Resources"].items()
                              if conditions.get(r.get("Condition"), True)}}

    return run


def whole(parse):
    """MiniStack strips a template before it parses it: a last comment keeps the line break before."""

    def run(body):
        return parse(body if body.lstrip().startswith("{") else body + "#")

    return run


def install():
    changesets._resolve_props_for_diff = present(changesets._resolve_props_for_diff)
    for module in (engine, stacks, changesets, handlers, provisioners):
        for name, mend in (("_evaluate_conditions", mapped), ("_parse_template", whole)):
            if hasattr(module, name):
                setattr(module, name, mend(getattr(module, name)))
