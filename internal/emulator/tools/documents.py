"""Policies as IAM takes them.

MiniStack 1.5.33 stores whatever a template calls a policy, attaches policies to roles and users that
are not there by doing nothing, puts roles that are not there into no instance profile, and gives the
policy of a queue or bucket that is not there to nobody. Here each is refused, in IAM's words.
Source: IAM user guide, "Grammar of the IAM JSON policy language" and "IAM and AWS STS quotas".
"""

import json
import re

from ministack.services import iam, s3, sqs
from ministack.services.cloudformation import provisioners

ELEMENTS = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
            "Condition"}
TRUST, IDENTITY, RESOURCE = "trust", "identity", "resource"


class Malformed(ValueError):
    def __init__(self, text):
        super().__init__(f"MalformedPolicyDocument: {text}")


def once(pairs):
    """An object of JSON, whose keys must not stand twice."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise Malformed(f"a key stands twice among {names}")
    return dict(pairs)


def parsed(document):
    try:
        text = document if isinstance(document, str) else json.dumps(document)
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as e:
        raise Malformed(f"no JSON: {e}") from e


def size(document):
    """IAM does not count white space outside of texts."""
    return len(json.dumps(parsed(document), separators=(",", ":"), ensure_ascii=False))


def texts(value, what):
    """One text or a list of texts that is not empty."""
    many = value if isinstance(value, list) else [value]
    if not many or not all(isinstance(v, str) and v for v in many):
        raise Malformed(f"{what} must be texts, is {value!r}")
    return many


def check(document, kind):
    tree = parsed(document)
    if not isinstance(tree, dict) or tree.keys() - {"Version", "Id", "Statement"} or tree.get("Version") != "2012-10-17":
        raise Malformed(f"not a policy: {tree!r:.200}")
    statements = tree.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise Malformed("Statement must be a list that is not empty")
    sids = [s["Sid"] for s in statements if "Sid" in s]
    if len(set(sids)) < len(sids):
        raise Malformed(f"Statement IDs (SID) must be unique: {sids}")
    for statement in statements:
        judge(statement, kind)


def judge(s, kind):
    sid = s.get("Sid", "")
    if s.keys() - ELEMENTS or s.get("Effect") not in ("Allow", "Deny"):
        raise Malformed(f"{sid}: elements {sorted(s)}, effect {s.get('Effect')!r}")
    if not re.fullmatch(r"[A-Za-z0-9]*", sid):
        raise Malformed(f"Statement IDs (SID) in a single policy must be alpha-numeric: {sid}")
    if ("Action" in s) == ("NotAction" in s):
        raise Malformed(f"{sid}: Action or NotAction")
    for action in texts(s.get("Action", s.get("NotAction")), f"{sid}: actions"):
        if action != "*" and not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9*?]+", action):
            raise Malformed(f"{sid}: Actions/Conditions must be prefaced by a vendor: {action}")
    if ("Principal" in s) != (kind != IDENTITY) or "NotPrincipal" in s:
        raise Malformed(f"{sid}: Principal in a policy of kind {kind}")
    resources = s.get("Resource", s.get("NotResource"))
    if (resources is None) != (kind == TRUST) or "Resource" in s and "NotResource" in s:
        raise Malformed(f"{sid}: Resource in a policy of kind {kind}")
    for resource in texts(resources, f"{sid}: resources") if kind != TRUST else []:
        if resource != "*" and not re.fullmatch(r"arn:[a-z*-]+:[a-z0-9*-]+:[a-z0-9*-]*:(aws|[0-9*]*):\S+", resource):
            raise Malformed(f"{sid}: Resource {resource} must be in ARN format or *")
    if "Principal" in s and s["Principal"] != "*":
        principals(s["Principal"], sid)
    condition(s.get("Condition"), sid)


def principals(given, sid):
    if not isinstance(given, dict) or not given or given.keys() - {"AWS", "Service", "Federated"}:
        raise Malformed(f"{sid}: Principal {given!r}")
    forms = {"AWS": r"\*|\d{12}|arn:aws:(iam|sts)::\d{12}:\S+", "Service": r"[a-z0-9.-]+\.amazonaws\.com",
             "Federated": r"arn:aws:iam::\d{12}:(oidc|saml)-provider/\S+|[a-z0-9.-]+"}
    for kind, values in given.items():
        for value in texts(values, f"{sid}: principals"):
            if not re.fullmatch(forms[kind], value):
                raise Malformed(f"Invalid principal in policy: {kind} {value}")


def condition(given, sid):
    """An operator without keys, which IAM may take for no condition at all, is refused here."""
    if given is None:
        return
    for operator, keys in given.items() if isinstance(given, dict) and given else [("", None)]:
        if not re.fullmatch(r"(ForAnyValue:|ForAllValues:)?[A-Z][A-Za-z]+", operator) or not keys:
            raise Malformed(f"{sid}: condition {operator!r}: {keys!r}")
        for key, values in keys.items():
            if not re.fullmatch(r"[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)*:\S+", key):
                raise Malformed(f"{sid}: condition key {key!r}")
            plain = values if isinstance(values, list) else [values]
            texts([str(v).lower() if isinstance(v, (bool, int)) else v for v in plain], f"{sid}: {key}")


def limited(what, length, most):
    if length > most:
        raise ValueError(f"LimitExceeded: {what} has {length} characters, more than {most}")


def inline(props):
    """A role's policies of its own; they share one limit."""
    for policy in props.get("Policies", []):
        check(policy["PolicyDocument"], IDENTITY)
    return sum(size(policy["PolicyDocument"]) for policy in props.get("Policies", []))


def attachable(props):
    """The managed policies that a role or user names itself."""
    named = props.get("ManagedPolicyArns", [])
    if len(named) != len(set(named)) or len(named) > 10:
        raise ValueError(f"LimitExceeded: {len(named)} managed policies, or one twice")
    for arn in named:
        if not re.fullmatch(r"arn:aws:iam::aws:policy/[\w/-]+", arn) and arn not in iam._policies:
            raise ValueError(f"NoSuchEntity: Policy {arn} does not exist or is not attachable.")


def role(props):
    check(props["AssumeRolePolicyDocument"], TRUST)
    limited("the trust policy", size(props["AssumeRolePolicyDocument"]), 2048)
    limited("the role's policies", inline(props), 10240)
    attachable(props)


def user(props):
    limited("the user's policies", inline(props), 2048)
    attachable(props)


def managed(props):
    check(props["PolicyDocument"], IDENTITY)
    limited("the managed policy", size(props["PolicyDocument"]), 6144)
    there(props)


def there(props):
    """Whom a policy or an instance profile names must be there; it names nobody twice."""
    for prop, store in (("Roles", iam._roles), ("Users", iam._users), ("Groups", iam._groups)):
        names = props.get(prop, [])
        if len(names) != len(set(names)):
            raise ValueError(f"{prop} must be unique: {names}")
        for name in names:
            if name not in store:
                raise ValueError(f"NoSuchEntity: The {prop[:-1].lower()} with name {name} cannot be found.")


def queue(props):
    check(props["PolicyDocument"], RESOURCE)
    for url in props["Queues"]:
        if url not in sqs._queues:
            raise ValueError(f"QueueDoesNotExist: {url}")


def bucket(props):
    check(props["PolicyDocument"], RESOURCE)
    if props["Bucket"] not in s3._buckets:
        raise ValueError(f"NoSuchBucket: {props['Bucket']}")


def before(judge, change):
    """create(id, props, stack) and update(physical, old, new, ...) look first."""

    def run(first, *args):
        judge(args[1] if isinstance(args[1], dict) else args[0])
        return change(first, *args)

    return run


def install():
    for kind, judge in {
        "AWS::IAM::Role": role, "AWS::IAM::User": user, "AWS::IAM::ManagedPolicy": managed,
        "AWS::IAM::InstanceProfile": there, "AWS::SQS::QueuePolicy": queue, "AWS::S3::BucketPolicy": bucket,
    }.items():
        handler = provisioners._RESOURCE_HANDLERS[kind]
        handler.update(create=before(judge, handler["create"]), update=before(judge, handler["update"]))
