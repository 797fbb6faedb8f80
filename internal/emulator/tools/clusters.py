"""EKS as our stacks and our function see it.

Missing in MiniStack 1.5.33: EKS::AccessEntry.
Wrong: an issuer is an address of the emulator's; CreateAccessEntry takes whatever name and group, for
any principal, of a cluster that reads only its ConfigMap.
"""

import json

from ministack.core.responses import get_account_id, get_region
from ministack.services import eks, iam
from ministack.services.cloudformation import provisioners

RESERVED = ("system:", "eks:", "aws:", "amazon:", "iam:")
PROPERTIES = {"ClusterName", "PrincipalArn", "Username", "Tags", "KubernetesGroups", "AccessPolicies", "Type"}
FIXED = ("ClusterName", "PrincipalArn", "Type")


def issuer(oidc_id):
    return f"https://oidc.eks.{get_region()}.amazonaws.com/id/{oidc_id}"


def answer(response):
    """The body of an answer of the emulator's EKS; a refusal fails the resource."""
    status, _, body = response
    said = json.loads(body or "{}")
    if status >= 300:
        raise ValueError(f"eks: {said.get('__type', status)}: {said.get('message', body)}")
    return said



def check(props):
    """What EKS refuses. Source: EKS API reference, CreateAccessEntry."""
    unknown = props.keys() - PROPERTIES
    if unknown:
        raise ValueError(f"extraneous key {sorted(unknown)} is not permitted")
    cluster = answer(eks._describe_cluster(props["ClusterName"]))["cluster"]
    mode = cluster["accessConfig"].get("authenticationMode", "CONFIG_MAP")
    if mode not in ("API", "API_AND_CONFIG_MAP"):
        raise ValueError("InvalidRequestException: The cluster's authentication mode must be set to one "
                         "of [API, API_AND_CONFIG_MAP] to perform this operation.")
    if not any(role["Arn"] == props["PrincipalArn"] for role in iam._roles.values()):
        raise ValueError("InvalidParameterException: The specified principalArn is invalid: "
                         f"{props['PrincipalArn']}")
    name = props.get("Username", "")
    if name.startswith(RESERVED):
        raise ValueError(f"InvalidParameterException: The username {name} must not begin with {RESERVED}")
    if props.get("Type", "STANDARD") != "STANDARD" and (name or props.get("KubernetesGroups")):
        raise ValueError("InvalidParameterException: username and groups go with type STANDARD alone")


def body(props):
    return {"principalArn": props["PrincipalArn"], "type": props.get("Type", "STANDARD"),
            "username": props.get("Username", "") or props["PrincipalArn"],
            "kubernetesGroups": list(props.get("KubernetesGroups", [])),
            "tags": {t["Key"]: t["Value"] for t in props.get("Tags", [])}}


def create(logical_id, props, stack_name):
    check(props)
    made = answer(eks._create_access_entry(props["ClusterName"], body(props)))["accessEntry"]
    return f"{props['PrincipalArn']}|{props['ClusterName']}", {"AccessEntryArn": made["accessEntryArn"]}


def update(physical_id, old, new, stack_name, logical_id=None):
    fixed = [{name: props.get(name) for name in FIXED} for props in (new, old)]
    replaced = provisioners._rename_replacement(
        physical_id, old, new, stack_name, logical_id, *fixed, create, delete)
    if replaced:
        return replaced
    check(new)
    made = answer(eks._update_access_entry(new["ClusterName"], new["PrincipalArn"], body(new)))
    return physical_id, {"AccessEntryArn": made["accessEntry"]["accessEntryArn"]}


def delete(physical_id, props):
    principal, cluster = physical_id.split("|")
    if eks._describe_access_entry(cluster, principal)[0] == 200:
        answer(eks._delete_access_entry(cluster, principal))


def install():
    handlers = provisioners._RESOURCE_HANDLERS
    if "AWS::EKS::AccessEntry" in handlers:
        raise SystemExit("MiniStack has AWS::EKS::AccessEntry now: remove ours")
    eks._issuer_url = issuer
    handlers["AWS::EKS::AccessEntry"] = {"create": create, "update": update, "delete": delete,
                                         "update_with_logical_id": True}
