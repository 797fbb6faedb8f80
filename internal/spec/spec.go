// Package spec is the language that a vendor writes: the two kinds of files, their nouns and the
// rules about one field at a time. It holds what the vendor wrote and invents nothing; what a
// reference means and what follows from a noun is decided by package plan.
//
// The struct tags are the language's one definition: `key` names a field and marks it required,
// `enum` lists the words of a field that takes no others, `doc` is the hover text of the JSON Schema
// and the text of README tables.
package spec

import (
	"slices"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// Product is templates/NAME/product.yaml: who publishes, where, and what differs by region.
type Product struct {
	Product Word        `key:"product,required" doc:"Short name of the product: lower-case letters, digits and hyphens. Names the folder in dist/."`
	Title   Word        `key:"title,required" doc:"The product's name as people write it."`
	Vendor  Word        `key:"vendor,required" doc:"Who publishes the product."`
	Release Word        `key:"release,required" doc:"Version of this release, such as 1.0.0. Custom resources run again when it changes."`
	Docs    Word        `key:"docs,required" doc:"https address of the product's documentation."`
	Publish Publish     `key:"publish,required" doc:"Where templates and functions are published."`
	Tags    Keyed[Text] `key:"tags" doc:"Tags on everything that nouns make and that can carry tags; a raw resource has those that you write. Tag conditions in policies rest on them."`
	Facts   Keyed[Fact] `key:"facts" doc:"Values used as facts.NAME in a reference."`
	Regions Regions     `key:"regions,required" doc:"The supported regions: a list of names, or a mapping from each region to its facts, used as region.NAME in a reference. Every region needs the same facts."`
}

// Publish says where the release is put.
type Publish struct {
	Bucket Word `key:"bucket,required" doc:"What the names of the regional buckets begin with; the bucket of a region is BUCKET-REGION."`
	Prefix Word `key:"prefix" doc:"Folder in the bucket for templates, ending with a slash. Default: PRODUCT/."`
}

// Fact is a literal: a text or a list of texts.
type Fact struct {
	Values []string
	IsList bool
	At     diag.Range
}

// Regions lists regions in file order, each with the facts that hold there.
type Regions []Region

// Region is one supported region.
type Region struct {
	Name  Word
	Facts Keyed[Fact]
}

// Stack is templates/NAME/STACK.stack.yaml: one stack, in one or more variants.
type Stack struct {
	Name           string               // from the file name
	About          Word                 `key:"about,required" doc:"What the stack does, for the customer who reads the template."`
	LaunchedBy     Word                 `key:"launchedBy" enum:"customer,vendor" doc:"customer (default); vendor: for the vendor's own account, without launch links and without a customer's house rules."`
	Once           Word                 `key:"once" enum:"account" doc:"account: one such stack fits into an account, because names are fixed. IAM has no regions, so any one region will do."`
	Variants       Keyed[Word]          `key:"variants" doc:"The vendor's choices: each becomes a template of its own. NAME: one sentence about it."`
	Parameters     Keyed[Parameter]     `key:"parameters" doc:"What the customer is asked."`
	VPC            Keyed[VPC]           `key:"vpc" doc:"What the stack needs of an existing VPC. The key is a reference to the parameter that names it."`
	Place          *Place               `key:"place" doc:"Where endpoints and instances go, said once for all."`
	Endpoints      Keyed[Endpoint]      `key:"endpoints" doc:"VPC endpoints."`
	SecurityGroups Keyed[SecurityGroup] `key:"securityGroups" doc:"Security groups with their rules."`
	Buckets        Keyed[Bucket]        `key:"buckets" doc:"S3 buckets: encrypted, TLS only, closed to the public unless said otherwise."`
	Roles          Keyed[Role]          `key:"roles" doc:"IAM roles."`
	Policies       Keyed[Policy]        `key:"policies" doc:"Managed policies, shared by several principals or named on their own."`
	Users          Keyed[User]          `key:"users" doc:"IAM users. Prefer roles."`
	Instances      Keyed[Instance]      `key:"instances" doc:"EC2 instances."`
	Resources      Keyed[Raw]           `key:"resources" doc:"Raw CloudFormation resources, for what the other nouns cannot say."`
	Texts          Keyed[Paste]         `key:"texts" doc:"Texts that people paste elsewhere, with the customer's values in place."`
	Outputs        Keyed[Output]        `key:"outputs" doc:"Values shown to the customer when the stack is complete."`
	Leaves         Keyed[Leaves]        `key:"leaves" doc:"What the product makes at run time outside the stack and leaves behind, and how to remove it."`
	At             diag.Range
}

// Parameter is one question to the customer.
type Parameter struct {
	Kind     Word   `key:"kind,required" doc:"What the value is; decides type, pattern, attributes and the form in the console."`
	Why      Word   `key:"why,required" doc:"What the value is for. The customer reads it beside the field."`
	Label    Word   `key:"label" doc:"The field's label. Default: made from the parameter's name."`
	Group    Word   `key:"group" doc:"The heading under which the console shows the field."`
	Default  *Text  `key:"default" doc:"Used where the customer enters nothing."`
	OneOf    Words  `key:"oneOf" doc:"The values to choose from; not of a list, whose elements a pattern describes."`
	Items    Word   `key:"items" doc:"Of a list: the kind of its elements. A pattern is that of one element; min and max are how few and how many there may be."`
	Pattern  Word   `key:"pattern" doc:"A regular expression for the whole value, in place of the kind's own."`
	Says     Word   `key:"says" doc:"What the console says when the pattern does not match, beginning with must."`
	Example  Word   `key:"example" doc:"A value that the customer could enter; it must satisfy the pattern."`
	In       Word   `key:"in" doc:"For a subnet or security group: the parameter with the VPC that it must belong to."`
	Zones    *Text  `key:"zones" doc:"For a subnet: ids of the availability zones that it may be in."`
	Optional *Flag  `key:"optional" doc:"The customer may leave it empty; everything that uses it needs a matching when. Default: no."`
	Required Gate   `key:"requiredWhen" doc:"The customer may leave it empty except where this holds: the name of a switch, or NAME=VALUE. Within the same when it counts as given."`
	When     Gate   `key:"when" doc:"Variants in which the parameter exists."`
	Min      Number `key:"min" doc:"Least length of a text, least value of a number, least count of a list's items (default: 1). A text that a policy holds needs 1 at least."`
	Max      Number `key:"max" doc:"Greatest length of a text, greatest value of a number, greatest count of a list's items, which a list needs. Default: what the kind bounds it to."`
	Wildcard Word   `key:"wildcard" doc:"Why the value may hold characters that widen a policy, such as an asterisk."`
}

// VPC is what the stack needs of an existing VPC.
type VPC struct {
	DNS  Word `key:"dns" enum:"ensure" doc:"ensure: a function switches DNS support and DNS host names on where they are off, and never off again."`
	When Gate `key:"when" doc:"When the stack needs it."`
	Why  Word `key:"why,required" doc:"Why the stack needs it."`
}

// Place says where things go unless they say otherwise.
type Place struct {
	VPC            Text  `key:"vpc,required" doc:"The VPC, such as ${VpcId}."`
	Subnets        Texts `key:"subnets,required" doc:"The subnets, such as ${SubnetId}; instances go into the first."`
	SecurityGroups Words `key:"securityGroups,required" doc:"Names of security groups of this stack."`
	Isolated       Where `key:"isolated" doc:"Variants in which the subnets have no way to the internet; yes for always. There, every AWS service that an instance's role may call needs an endpoint. Default: no."`
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Service        Text    `key:"service,required" doc:"Short name of an AWS service (sts, ec2) or the full name of an endpoint service."`
	Type           Word    `key:"type" enum:"interface,gateway" doc:"interface (default) or gateway."`
	PrivateDNS     Word    `key:"privateDns" enum:"ensure,native,no" doc:"ensure: private DNS is on from the beginning where the look at a subnet with zones finds nothing in the way; else a function switches it on when the endpoint answers, and accepts that another endpoint of the VPC already serves the name; native: CloudFormation switches it on, which fails where another endpoint serves the name; no (default): callers use the endpoint's own name. Both of the first need dns: ensure under vpc."`
	RoutesOf       *Text   `key:"routesOf" doc:"For a gateway, required: the subnet whose route table gets the route."`
	Existing       Word    `key:"existing" enum:"adopt" doc:"For a gateway, required: adopt, to use the endpoint that the route table already has."`
	Subnets        Texts   `key:"subnets" doc:"In place of those of place."`
	SecurityGroups Words   `key:"securityGroups" doc:"In place of those of place."`
	When           Gate    `key:"when" doc:"When it exists."`
	Why            Word    `key:"why,required" doc:"What travels through it."`
	Properties     *Extra  `key:"properties" doc:"CloudFormation properties merged into the resource."`
	Accept         Accepts `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
}

// SecurityGroup is a security group and its rules.
type SecurityGroup struct {
	Why        Word        `key:"why,required" doc:"What it is bound to."`
	Ingress    Keyed[Rule] `key:"ingress" doc:"What may come in. Default: nothing."`
	Egress     Keyed[Rule] `key:"egress,required" doc:"What may go out. Write an empty mapping for nothing."`
	When       Gate        `key:"when" doc:"When it exists."`
	Properties *Extra      `key:"properties" doc:"CloudFormation properties merged into the resource."`
}

// Rule lets traffic in or out.
type Rule struct {
	From   Text    `key:"from" doc:"For ingress: self, any, a CIDR block, a prefix list id or the name of a security group."`
	To     Text    `key:"to" doc:"For egress: self, any, a CIDR block, a prefix list id or the name of a security group."`
	TCP    Ports   `key:"tcp" doc:"A port, a range such as 8000-10000, or a list of both. A rule without tcp and udp means every protocol and port."`
	UDP    Ports   `key:"udp" doc:"A port, a range or a list of both."`
	When   Gate    `key:"when" doc:"When the rule exists."`
	Why    Word    `key:"why,required" doc:"Who talks to whom about what."`
	Accept Accepts `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
	At     diag.Range
}

// Ports is a list of port ranges; a single port has From == To.
type Ports []PortRange

// PortRange is a stretch of ports from 0 to 65535.
type PortRange struct {
	From, To int
	At       diag.Range
}

// Instance is an EC2 instance.
type Instance struct {
	Why            Word        `key:"why,required" doc:"What runs on it."`
	Size           Text        `key:"size,required" doc:"Instance type; usually a parameter."`
	Image          Image       `key:"image,required" doc:"The machine image."`
	Role           Word        `key:"role,required" doc:"A role of this stack with an instance profile."`
	Disk           Disk        `key:"disk,required" doc:"The root disk: encrypted, deleted with the instance."`
	Boot           *Boot       `key:"boot" doc:"What runs at the first start."`
	Ready          *Ready      `key:"ready" doc:"The stack is complete when the instance says so."`
	Subnet         *Text       `key:"subnet" doc:"In place of the first of place."`
	SecurityGroups Words       `key:"securityGroups" doc:"In place of those of place."`
	When           Gate        `key:"when" doc:"When it exists."`
	Tags           Keyed[Text] `key:"tags" doc:"Tags of its own."`
	Properties     *Extra      `key:"properties" doc:"CloudFormation properties merged into the resource."`
}

// Image is where the machine image comes from.
type Image struct {
	SSM    Word  `key:"ssm,required" doc:"Public SSM parameter that holds the image's id; begins with a slash."`
	Device Word  `key:"device" doc:"Name of the root device. Default: /dev/xvda."`
	Follow *Flag `key:"follow" doc:"yes: any update of the stack may replace the instance when AWS publishes a new image. Default: no."`
}

// Disk is the root disk.
type Disk struct {
	Size Number `key:"size,required" doc:"Size in GiB."`
	Type Word   `key:"type" enum:"gp3,gp2,io1,io2" doc:"gp3 (default), gp2, io1, io2."`
	Why  Word   `key:"why,required" doc:"What fills it."`
}

// Boot is the boot script and its settings.
type Boot struct {
	Script Word           `key:"script,required" doc:"A file of plain bash beside the spec. It is never interpolated."`
	Env    Keyed[Setting] `key:"env" doc:"Environment variables, written quoted to a file that the script finds in BYOCFN_ENV and that is loaded before it runs."`
}

// Setting is one environment variable: a text, or a value with a gate and what to use otherwise.
type Setting struct {
	Value Text  `key:"value,required" doc:"The value."`
	When  Gate  `key:"when" doc:"When it has this value."`
	Else  *Text `key:"else" doc:"The value otherwise. Default: empty."`
}

// Ready makes the stack wait for the instance.
type Ready struct {
	Within Word `key:"within,required" doc:"How long, such as 15m; at most 12h."`
	Why    Word `key:"why,required" doc:"What the instance has done by then."`
}

// Raw is a raw CloudFormation resource.
type Raw struct {
	Type       Word          `key:"type,required" doc:"CloudFormation's type, such as AWS::SNS::Topic."`
	Why        Word          `key:"why,required" doc:"Why the stack needs it."`
	Properties *source.Node  `key:"properties" doc:"Its properties; texts may hold references."`
	Keep       Word          `key:"keep" enum:"data,nothing" doc:"data: stays when the stack is deleted. Default: nothing."`
	When       Gate          `key:"when" doc:"When it exists."`
	Expect     Keyed[Expect] `key:"expect" doc:"Values that a function must find before the resource is made. The key is a reference to one, such as ${ClusterName.AccessMode}."`
	Accept     Accepts       `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
}

// Expect is what a looked-up value must be; CloudFormation's own conditions cannot see it.
type Expect struct {
	OneOf Words `key:"oneOf,required" doc:"What it may be."`
	Says  Word  `key:"says,required" doc:"What the failed launch says otherwise: what is wrong, and what to do."`
}

// Extra is the escape hatch on a noun.
type Extra struct {
	Why    Word         `key:"why,required" doc:"Why the noun's own words do not suffice."`
	Set    *source.Node `key:"set,required" doc:"Properties, merged into those that the compiler writes."`
	Accept Accepts      `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
}

// Output is a value shown to the customer.
type Output struct {
	Value Text `key:"value,required" doc:"The value."`
	Why   Word `key:"why,required" doc:"What to do with it."`
	When  Gate `key:"when" doc:"When it exists."`
}

// Paste is a text that people paste elsewhere.
type Paste struct {
	Why   Word             `key:"why,required" doc:"Where it goes and what it does there."`
	File  Word             `key:"file" doc:"A file beside the spec that holds the text; ${references} in it become the customer's values, ‹words› are left for people to fill in."`
	Parts Keyed[PastePart] `key:"parts" doc:"In place of file: parts that follow each other, each with its own when."`
	When  Gate             `key:"when" doc:"When it exists."`
}

// PastePart is a part of a text.
type PastePart struct {
	File Word `key:"file,required" doc:"A file beside the spec that holds the part."`
	When Gate `key:"when" doc:"When the part is there."`
}

// Leaves is something that outlives the stack.
type Leaves struct {
	What   Word  `key:"what,required" doc:"What is left behind."`
	Find   *Find `key:"find" doc:"What EC2 and IAM can be asked: while any of it is found, the deletion of the stack stops before anything is deleted."`
	Blocks Word  `key:"blocks" doc:"The resource whose deletion fails while it exists."`
	Remove Word  `key:"remove,required" doc:"How to remove it. Begin with what to do: the reason of a stopped deletion shows it, cut where it is long."`
}

// Find is what to look for before the stack is deleted: things that carry all of the tags, but not
// those that the stack itself made.
type Find struct {
	In                 *Text       `key:"in" doc:"The VPC, subnet or security group that it must be in. Without it a second stack of the product in the region is held up by what belongs to the first."`
	Instances          Keyed[Text] `key:"instances" doc:"Instances with these tags that are not terminated."`
	Volumes            Keyed[Text] `key:"volumes" doc:"Volumes with these tags that are attached to nothing. They are in no VPC."`
	NetworkInterfaces  Keyed[Text] `key:"networkInterfaces" doc:"Network interfaces with these tags."`
	SecurityGroups     Keyed[Text] `key:"securityGroups" doc:"Security groups with these tags."`
	VPCEndpoints       Keyed[Text] `key:"vpcEndpoints" doc:"VPC endpoints with these tags."`
	InstanceProfilesOf Word        `key:"instanceProfilesOf" doc:"A role of this stack: instance profiles that hold it, other than those of the stack."`
	At                 diag.Range
}

// Asked lists the questions to EC2 by their keys, in the order of the language.
func (f *Find) Asked() Keyed[Keyed[Text]] {
	all := Keyed[Keyed[Text]]{
		{Word{Value: "instances"}, f.Instances}, {Word{Value: "volumes"}, f.Volumes},
		{Word{Value: "networkInterfaces"}, f.NetworkInterfaces},
		{Word{Value: "securityGroups"}, f.SecurityGroups}, {Word{Value: "vpcEndpoints"}, f.VPCEndpoints},
	}
	return slices.DeleteFunc(all, func(q Named[Keyed[Text]]) bool { return q.Value == nil })
}
