"""VPC endpoints as EC2 has them, as far as our functions look.

What MiniStack 1.5.33 gets wrong, next to what replaces it:
  DescribeVpcEndpoints ignores filters, and shows neither PrivateDnsEnabled nor DnsEntries;
  ModifyVpcEndpoint ignores PrivateDnsEnabled;
  a gateway endpoint adds no route to its route tables, takes none away, and two fit on one table;
  DescribeRouteTables ignores the filter route-table-id;
  DescribeVpcEndpointServices knows no vendor's service and no elasticloadbalancing, gives no zone
  ids, and answers an unknown service with an empty list in place of InvalidServiceName.
"""

import json
import random

from ministack.core.responses import get_account_id, get_region, now_iso
from ministack.services import ec2

GATEWAYS = {"s3": "pl-63a5400a", "dynamodb": "pl-02cd2c6b"}
INTERFACES = ("ec2", "ec2messages", "elasticloadbalancing", "secretsmanager", "ssm", "sts")
ZONES = ("a", "b", "c")
OPEN = {"Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


class Refused(Exception):
    """An error code of EC2 and its text."""


def action(run):
    """Make an EC2 action from a function of its parameters that gives the inner XML or raises."""

    def handler(params):
        try:
            name, inner = run(params)
        except Refused as refused:
            return ec2._error(refused.args[0], ec2._esc(refused.args[1]), 400)
        return ec2._xml(200, f"{name}Response", inner)

    return handler


def new_id(prefix):
    return f"{prefix}-{random.getrandbits(68):017x}"


def gateway(endpoint):
    return endpoint["VpcEndpointType"] == "Gateway"


def prefix_list(endpoint):
    return GATEWAYS[endpoint["ServiceName"].rsplit(".", 1)[-1]]


def find(endpoint_id):
    if endpoint_id not in ec2._vpc_endpoints:
        raise Refused("InvalidVpcEndpointId.NotFound",
                      f"The Vpc Endpoint Id '{endpoint_id}' does not exist")
    return ec2._vpc_endpoints[endpoint_id]


def make(kind, vpc, service, tables, subnets, groups, private_dns, policy, tags):
    """Make an endpoint of either kind, for a caller of the API as for CloudFormation."""
    if vpc not in ec2._vpcs:
        raise Refused("InvalidVpcId.NotFound", f"The VPC {vpc} does not exist")
    if service not in catalog():
        raise Refused("InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not exist")
    if not isinstance(policy, str) or not policy:
        policy = json.dumps(policy or OPEN)
    made = {
        "VpcEndpointId": new_id("vpce"), "VpcEndpointType": kind, "VpcId": vpc,
        "ServiceName": service, "State": "available", "RouteTableIds": [],
        "SubnetIds": subnets, "SecurityGroupIds": groups, "NetworkInterfaceIds": [],
        "DnsEntries": [], "PrivateDnsEnabled": False, "PolicyDocument": policy,
        "OwnerId": get_account_id(), "CreationTimestamp": now_iso(),
    }
    if gateway(made):
        for table in tables:
            add_route(made, table)
    else:
        made["NetworkInterfaceIds"] = [new_id("eni") for _ in subnets]
        made["DnsEntries"] = [f"Z7HUB22UULQXV:{made['VpcEndpointId']}-{get_account_id()[:8]}."
                              f"{service.split('.')[-1]}.{get_region()}.vpce.amazonaws.com"]
        if private_dns:
            switch_on(made)
    ec2._vpc_endpoints[made["VpcEndpointId"]] = made
    ec2._tags[made["VpcEndpointId"]] = list(tags)
    return made


def unmake(endpoint_id):
    endpoint = find(endpoint_id)
    for table in endpoint["RouteTableIds"]:
        drop_route(endpoint, table)
    del ec2._vpc_endpoints[endpoint_id]
    ec2._tags.pop(endpoint_id, None)


def add_route(endpoint, table_id):
    table = ec2._route_tables.get(table_id)
    if table is None or table["VpcId"] != endpoint["VpcId"]:
        raise Refused("InvalidRouteTableId.NotFound", f"The routeTable ID '{table_id}' does not exist")
    target = prefix_list(endpoint)
    if any(r.get("DestinationPrefixListId") == target for r in table["Routes"]):
        raise Refused("RouteAlreadyExists", f"route table {table_id} already has a route with "
                      f"destination-prefix-list-id {target}")
    table["Routes"].append({"DestinationPrefixListId": target, "State": "active",
                            "VpcEndpointId": endpoint["VpcEndpointId"], "Origin": "CreateRoute"})
    endpoint["RouteTableIds"].append(table_id)


def drop_route(endpoint, table_id):
    table = ec2._route_tables.get(table_id)
    if table:
        table["Routes"] = [r for r in table["Routes"]
                           if r.get("VpcEndpointId") != endpoint["VpcEndpointId"]]


def switch_on(endpoint):
    """Private names need VPC DNS, and one endpoint alone can have them in a VPC."""
    vpc = ec2._vpcs[endpoint["VpcId"]]
    if not (vpc.get("EnableDnsSupport", True) and vpc.get("EnableDnsHostnames", False)):
        raise Refused("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and "
                      f"enableDnsHostnames VPC attributes set to true for {endpoint['VpcId']}")
    for other in ec2._vpc_endpoints.values():
        if (other is not endpoint and other["VpcId"] == endpoint["VpcId"]
                and other["ServiceName"] == endpoint["ServiceName"] and other["PrivateDnsEnabled"]):
            raise Refused("InvalidParameter", "private-dns-enabled cannot be set because there is "
                          f"already a conflicting DNS domain for {endpoint['ServiceName']} in the "
                          f"VPC {endpoint['VpcId']}")
    endpoint["PrivateDnsEnabled"] = True


@action
def create(p):
    tags = next((spec["Tags"] for spec in tag_specs(p) if spec["ResourceType"] == "vpc-endpoint"), [])
    made = make(ec2._p(p, "VpcEndpointType") or "Gateway", ec2._p(p, "VpcId"),
                ec2._p(p, "ServiceName"), ec2._parse_member_list(p, "RouteTableId"),
                ec2._parse_member_list(p, "SubnetId"), ec2._parse_member_list(p, "SecurityGroupId"),
                ec2._p(p, "PrivateDnsEnabled") == "true", ec2._p(p, "PolicyDocument"), tags)
    return "CreateVpcEndpoint", xml(made, "vpcEndpoint")


def tag_specs(p):
    probe = new_id("tags")
    ec2._parse_tag_specs(p, "vpc-endpoint", probe)
    return [{"ResourceType": "vpc-endpoint", "Tags": ec2._tags.pop(probe, [])}]


@action
def delete(p):
    for endpoint_id in ec2._parse_member_list(p, "VpcEndpointId"):
        unmake(endpoint_id)
    return "DeleteVpcEndpoints", "<unsuccessful/>"


@action
def modify(p):
    endpoint = find(ec2._p(p, "VpcEndpointId"))
    if ec2._p(p, "PrivateDnsEnabled") == "true" and not endpoint["PrivateDnsEnabled"]:
        switch_on(endpoint)
    for table in ec2._parse_member_list(p, "AddRouteTableId"):
        add_route(endpoint, table)
    return "ModifyVpcEndpoint", "<return>true</return>"


@action
def describe(p):
    wanted = [find(one) for one in ec2._parse_member_list(p, "VpcEndpointId")]
    shown = wanted or list(ec2._vpc_endpoints.values())
    for name, values in ec2._parse_filters(p).items():
        shown = [e for e in shown if any(ec2._glob_match(v, value_of(e, name)) for v in values)]
    return "DescribeVpcEndpoints", f"<vpcEndpointSet>{''.join(map(xml, shown))}</vpcEndpointSet>"


def value_of(endpoint, name):
    members = {"vpc-id": "VpcId", "service-name": "ServiceName", "vpc-endpoint-id": "VpcEndpointId",
               "vpc-endpoint-type": "VpcEndpointType", "vpc-endpoint-state": "State"}
    if name in members:
        return endpoint[members[name]]
    if not name.startswith("tag:"):
        raise Refused("InvalidParameterValue", f"The filter '{name}' is invalid")
    tags = ec2._tags.get(endpoint["VpcEndpointId"], [])
    return next((t["Value"] for t in tags if t["Key"] == name[len("tag:"):]), "")


def xml(endpoint, tag="item"):
    def items(values):
        return "".join(f"<item>{v}</item>" for v in values)

    groups = "".join(f"<item><groupId>{g}</groupId></item>" for g in endpoint["SecurityGroupIds"])
    entries = "".join(f"<item><hostedZoneId>{zone}</hostedZoneId><dnsName>{name}</dnsName></item>"
                      for zone, name in (e.split(":") for e in endpoint["DnsEntries"]))
    return f"""<{tag}>
        <vpcEndpointId>{endpoint['VpcEndpointId']}</vpcEndpointId>
        <vpcEndpointType>{endpoint['VpcEndpointType']}</vpcEndpointType>
        <vpcId>{endpoint['VpcId']}</vpcId>
        <serviceName>{endpoint['ServiceName']}</serviceName>
        <state>{endpoint['State']}</state>
        <ownerId>{endpoint['OwnerId']}</ownerId>
        <privateDnsEnabled>{str(endpoint['PrivateDnsEnabled']).lower()}</privateDnsEnabled>
        <routeTableIdSet>{items(endpoint['RouteTableIds'])}</routeTableIdSet>
        <subnetIdSet>{items(endpoint['SubnetIds'])}</subnetIdSet>
        <groupSet>{groups}</groupSet><dnsEntrySet>{entries}</dnsEntrySet>
        <policyDocument>{ec2._esc(endpoint['PolicyDocument'])}</policyDocument>
        {ec2._tag_set_xml(endpoint['VpcEndpointId'])}
    </{tag}>"""


VENDORS = {}


def catalog():
    """Every service of this region with its zones."""
    everywhere = [ec2._az_id_for_zone_name(get_region() + z) for z in ZONES]
    amazon = {f"com.amazonaws.{get_region()}.{s}": everywhere for s in (*GATEWAYS, *INTERFACES)}
    return amazon | {name: everywhere if zones == ["any"] else zones
                     for name, zones in VENDORS.items() if f".{get_region()}." in name}


@action
def describe_services(p):
    known, requested = catalog(), ec2._parse_member_list(p, "ServiceName")
    for name in requested:
        if name not in known:
            raise Refused("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
    details = "".join(service_xml(name, known[name]) for name in requested or known)
    return "DescribeVpcEndpointServices", f"<serviceDetailSet>{details}</serviceDetailSet>"


def service_xml(name, zones):
    kind = "Gateway" if name.rsplit(".", 1)[-1] in GATEWAYS else "Interface"
    names = [z for z in (get_region() + z for z in ZONES) if ec2._az_id_for_zone_name(z) in zones]
    private = f"<privateDnsName>{name.split('.')[-1]}.example.com</privateDnsName>"
    return f"""<item><serviceName>{name}</serviceName>
        <serviceType><item><serviceType>{kind}</serviceType></item></serviceType>
        <availabilityZoneSet>{''.join(f'<item>{z}</item>' for z in names)}</availabilityZoneSet>
        <availabilityZoneIdSet>{''.join(f'<item>{z}</item>' for z in zones)}</availabilityZoneIdSet>
        {private if kind == 'Interface' else ''}
        <acceptanceRequired>false</acceptanceRequired>
        <privateDnsNameVerificationState>verified</privateDnsNameVerificationState></item>"""


def by_filter(describe_tables):
    """Give the filter route-table-id to MiniStack as the parameter that it knows."""

    def handler(p):
        wanted = ec2._parse_filters(p).get("route-table-id", [])
        return describe_tables({**p, **{f"RouteTableId.{i}": [one] for i, one in enumerate(wanted, 1)}})

    return handler


def install(vendors):
    VENDORS.update(vendors)
    ec2._ACTION_MAP["DescribeRouteTables"] = by_filter(ec2._ACTION_MAP["DescribeRouteTables"])
    ec2._ACTION_MAP.update({
        "CreateVpcEndpoint": create, "DeleteVpcEndpoints": delete, "ModifyVpcEndpoint": modify,
        "DescribeVpcEndpoints": describe, "DescribeVpcEndpointServices": describe_services,
    })
