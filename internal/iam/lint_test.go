package iam

import (
	"strings"
	"testing"

	"byocfn/internal/diag"
)

const ownRole = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x"

// Each lint has statements that trip it, and a neighbour that must not.
func TestLints(t *testing.T) {
	f := Load()
	for _, c := range []struct {
		name, actions string
		resources     []string
		conditions    []Condition
		want, says    string // says: part of a summary or hint
	}{
		// unknown-service, unknown-action
		{"service", "ec3:RunInstances", []string{"*"}, nil, "unknown-service", "ec2:RunInstances"},
		{"operation", "s3:ListObjects", []string{"s3:b1"}, nil, "unknown-action", "s3:ListBucket"},
		{"misspelt", "s3:GetObjetc", []string{"s3:b1/*"}, nil, "unknown-action", "s3:GetObject"},
		{"no colon", "GetObject", []string{"s3:b1/*"}, nil, "unknown-action", "SERVICE:ACTION"},
		{"empty pattern", "s3:Frob*", []string{"s3:b1/*"}, nil, "unknown-action", "matches no action"},
		{"other case", "S3:getobject", []string{"s3:b1/*"}, nil, "", ""},
		// broad-actions
		{"everything", "*", []string{"s3:b1"}, nil, "broad-actions pass-role-anything", "every action of every service"},
		{"service star", "sqs:*", []string{"sqs:q"}, nil, "broad-actions", "change permissions"},
		{"write pattern", "sqs:Send*", []string{"sqs:q"}, nil, "broad-actions", "SendMessage"},
		{"read pattern", "sqs:Get*", []string{"sqs:q"}, nil, "", ""},
		// any-resource
		{"write on all", "sqs:SendMessage", []string{"*"}, nil, "any-resource", "knows queue"},
		{"data on all", "secretsmanager:GetSecretValue", []string{"*"}, nil, "any-resource", ""},
		{"all objects", "s3:GetObject", []string{"s3:*"}, nil, "any-resource", ""},
		{"type star", "sqs:SendMessage", []string{"sqs:*"}, nil, "any-resource", ""},
		{"list on all", "kms:ListAliases", []string{"*"}, nil, "", ""},
		{"describe on all", "ec2:DescribeImageAttribute", []string{"*"}, nil, "", ""},
		{"no types", "ssm:CancelCommand", []string{"*"}, nil, "", ""},
		{"tags narrow", "sqs:SendMessage", []string{"*"}, when("StringEquals aws:ResourceTag/a b"), "", ""},
		{"region does not", "ec2:StopInstances", []string{"*"}, when("StringEquals ec2:Region x"), "any-resource", ""},
		{"ip does not", "sqs:SendMessage", []string{"*"}, when("IpAddress aws:SourceIp 10.0.0.0/8"), "any-resource", ""},
		{"IfExists does not", "sqs:SendMessage", []string{"*"},
			when("StringEqualsIfExists aws:ResourceTag/a b"), "any-resource", ""},
		{"present tag", "sqs:SendMessage", []string{"*"}, when("Null aws:ResourceTag/a false"), "", ""},
		{"absent tag", "sqs:SendMessage", []string{"*"}, when("Null aws:ResourceTag/a true"), "any-resource", ""},
		{"in a VPC", "ec2:RunInstances", []string{"*"}, when("ArnLikeIfExists ec2:Vpc x"), "", ""},
		{"prefix is enough", "sqs:SendMessage", []string{"sqs:velo-*"}, nil, "", ""},
		// useless-condition
		{"launch by tag", "ec2:RunInstances", []string{"ec2:instance/*"}, when("StringEquals aws:ResourceTag/team b"),
			"useless-condition", "aws:RequestTag/team"},
		{"launch by tag anywhere", "ec2:RunInstances", []string{"*"}, when("StringEquals aws:ResourceTag/team b"),
			"useless-condition", "aws:RequestTag/team"},
		{"launch in tagged subnet", "ec2:RunInstances", []string{"ec2:subnet/*"},
			when("StringEquals aws:ResourceTag/team b"), "", ""},
		{"request tag on subnet", "ec2:RunInstances", []string{"ec2:instance/*", "ec2:subnet/s"},
			when("StringEquals aws:RequestTag/team b"), "useless-condition", "subnet/s"},
		{"create and delete", "ec2:CreateVolume ec2:DeleteVolume", []string{"ec2:volume/*"},
			when("StringEquals aws:ResourceTag/team b"), "useless-condition", "CreateVolume"},
		{"create by present tag", "ec2:CreateVolume", []string{"ec2:volume/*"}, when("Null aws:ResourceTag/a false"),
			"useless-condition", "aws:RequestTag/a"},
		{"other service's key", "s3:GetObject", []string{"s3:b1/*"}, when("StringEquals ec2:Vpc x"), "useless-condition", ""},
		{"harmless but idle", "s3:GetObject", []string{"s3:b1/*"}, when("StringEqualsIfExists s3:prefix x"),
			"useless-condition", "always holds"},
		{"global key", "s3:GetObject", []string{"s3:b1/*"}, when("StringEquals aws:PrincipalTag/team x"), "", ""},
		{"session key", "s3:GetObject", []string{"s3:b1/*"}, when("ArnEquals ec2:SourceInstanceARN x"), "", ""},
		{"object tag", "s3:GetObject", []string{"s3:b1/*"}, when("StringEquals s3:ExistingObjectTag/a x"), "", ""},
		{"secret tag", "secretsmanager:GetSecretValue", []string{"secretsmanager:secret:x"},
			when("StringEquals aws:ResourceTag/a x"), "", ""},
		{"key via", "kms:Decrypt", []string{"kms:key/x"}, when("StringEquals kms:ViaService x"), "", ""},
		{"log group tag", "logs:PutLogEvents", []string{"logs:log-group:x:*"}, when("StringEquals aws:ResourceTag/a x"), "", ""},
		{"bad global key", "s3:GetObject", []string{"s3:b1/*"}, when("StringEquals aws:PrincipalOrg x"),
			"unknown-key", "aws:PrincipalOrgID"},
		{"no key", "s3:GetObject", []string{"s3:b1/*"}, when("StringEquals Vpc x"), "unknown-key", ""},
		{"misspelt key", "s3:ListBucket", []string{"s3:b1"}, when("StringEquals s3:prefixes x"), "unknown-key", "s3:prefix?"},
		{"misspelt case", "s3:ListBucket", []string{"s3:b1"}, when("StringEquals s3:Prefix x"), "", ""},
		{"key of others", "s3:ListBucket", []string{"s3:b1"}, when("StringEquals s3:x-amz-acl x"), "useless-condition", ""},
		{"like no key", "s3:ListBucket", []string{"s3:b1"}, when("StringEquals s3:quite-another x"), "useless-condition", ""},
		// bucket-object-mix
		{"list objects", "s3:ListBucket", []string{"s3:b1/*"}, nil, "bucket-object-mix", "works on buckets"},
		{"list with slash", "s3:ListBucket", []string{"s3:b1/"}, nil, "bucket-object-mix", ""},
		{"get bucket", "s3:GetObject", []string{"s3:b1"}, nil, "bucket-object-mix", "works on objects"},
		{"get named bucket", "s3:GetObject", []string{"s3:bucket=${B.Arn}"}, nil, "bucket-object-mix", ""},
		{"bucket unused", "s3:GetObject", []string{"s3:b1", "s3:b1/*"}, nil, "bucket-object-mix", "no action"},
		{"both", "s3:GetObject s3:ListBucket", []string{"s3:b1", "s3:b1/*"}, nil, "", ""},
		{"star is both", "s3:GetObject s3:ListBucket", []string{"s3:b1*"}, nil, "", ""},
		{"list in folder", "s3:ListBucket", []string{"s3:b1"}, when("StringLike s3:prefix a/*"), "", ""},
		// wrong-resource
		{"describe on ARN", "ec2:DescribeInstances", []string{"ec2:instance/*"}, nil, "wrong-resource", "knows no resources"},
		{"other type", "ec2:StopInstances", []string{"ec2:volume/*"}, nil, "wrong-resource", "works on instance"},
		{"other service", "sqs:SendMessage", []string{"sns:topic"}, nil, "wrong-resource", "queue"},
		{"image with account", "ec2:RunInstances", []string{"arn:*:ec2:*:1:image/*"}, nil, "wrong-resource", ""},
		{"image without", "ec2:RunInstances", []string{"arn:*:ec2:*::image/*"}, nil, "", ""},
		{"public parameter", "ssm:GetParameter", []string{"ssm:parameter/aws/service/ami*"}, nil, "", ""},
		{"private parameter", "ssm:GetParameter", []string{"arn:*:ssm:*::parameter/mine"}, nil, "wrong-resource", ""},
		{"role in a region", "iam:GetRole", []string{"arn:*:iam:us-east-1:1:role/x"}, nil, "wrong-resource", ""},
		{"one too many", "ec2:StopInstances", []string{"ec2:instance/*", "ec2:volume/*"}, nil, "wrong-resource", "no action"},
		{"reference", "ec2:StopInstances", []string{"${Anything}"}, nil, "", ""},
		{"reference in ARN", "ec2:StopInstances", []string{"arn:*:ec2:*:*:${Tail}"}, nil, "", ""},
		{"log stream", "logs:PutLogEvents", []string{"logs:log-group:/x:*"}, nil, "", ""},
		// pass-role
		{"pass", "iam:PassRole", []string{"iam:role/x"}, nil, "pass-role-anything", ""},
		{"pass all", "iam:PassRole", []string{"*"}, when("StringEquals iam:PassedToService ec2.amazonaws.com"),
			"pass-role-star", ""},
		{"pass any role", "iam:PassRole", []string{"iam:role/*"}, nil, "pass-role-anything pass-role-star", ""},
		{"pass under a path", "iam:PassRole", []string{"iam:role/velo/*"},
			when("StringLike iam:PassedToService ec2.amazonaws.com"), "", ""},
		// operators and values
		{"operator", "s3:GetObject", []string{"s3:b1/*"}, when("StringEqual aws:SourceVpce x"), "unknown-operator", "StringEquals"},
		{"all values", "s3:GetObject", []string{"s3:b1/*"}, when("ForAllValues:StringEquals aws:CalledVia x"), "for-all-values", "Null"},
		{"all values, checked", "s3:GetObject", []string{"s3:b1/*"},
			when("ForAllValues:StringEquals aws:CalledVia x", "Null aws:CalledVia false"), "", ""},
		{"wildcard as letter", "s3:GetObject", []string{"s3:b1/*"}, when("StringEquals aws:SourceVpce vpce-*"), "literal-wildcard", ""},
		{"wildcard", "s3:GetObject", []string{"s3:b1/*"}, when("StringLike aws:SourceVpce vpce-*"), "", ""},
		// hard-partition, policy-characters
		{"partition", "s3:GetObject", []string{"arn:aws:s3:::b1/*"}, nil, "hard-partition", "arn:${AWS::Partition}:s3:::b1/*"},
		{"partition in value", "s3:GetObject", []string{"s3:b1/*"}, when("ArnLike aws:PrincipalArn arn:aws-cn:iam::1:role/x"),
			"hard-partition", "arn:${AWS::Partition}:iam"},
		{"any partition", "s3:GetObject", []string{"arn:*:s3:::b1/*"}, nil, "", ""},
		{"dash", "s3:GetObject", []string{"s3:b1/a–b"}, nil, "policy-characters", "–"},
		{"umlaut", "s3:GetObject", []string{"s3:b1/ö"}, nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Lint(f, Statement{Sid: "Sid1", Effect: "Allow", Actions: strings.Fields(c.actions),
				Resources: on(t, c.resources...), Conditions: c.conditions})
			if ids(found) != c.want {
				t.Fatalf("want %q, got %v", c.want, found)
			}
			for _, one := range found {
				if strings.Contains(one.Summary+one.Hint, c.says) {
					return
				}
			}
			if c.says != "" {
				t.Errorf("none says %q: %v", c.says, found)
			}
		})
	}
}

func TestTrustAndOthers(t *testing.T) {
	f := Load()
	assume := []string{"sts:AssumeRole"}
	vendor := []Principal{{Kind: "AWS", Value: "arn:${AWS::Partition}:iam::123456789012:root"}}
	own := []Principal{{Kind: "AWS", Value: "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
	world := []Principal{{Kind: "AWS", Value: "*"}}
	object := on(t, "s3:b1/*")
	for name, c := range map[string]struct {
		s    Statement
		want string
	}{
		"vendor": {Statement{Kind: Trust, Actions: assume, Principals: vendor}, "external-id-missing"},
		"vendor by reference": {Statement{Kind: Trust, Actions: assume,
			Principals: []Principal{{Kind: "AWS", Value: "${Vendor}", Foreign: true}}}, "external-id-missing"},
		"vendor with id": {Statement{Kind: Trust, Actions: []string{"sts:AssumeRole", "sts:TagSession"}, Principals: vendor,
			Conditions: when("StringEquals sts:ExternalId ${A}|b")}, ""},
		"vendor with pattern": {Statement{Kind: Trust, Actions: assume, Principals: vendor,
			Conditions: when("StringLike sts:ExternalId velo-*")}, "external-id-missing"},
		"vendor, all values": {Statement{Kind: Trust, Actions: assume, Principals: vendor,
			Conditions: when("ForAllValues:StringEquals sts:ExternalId a")}, "for-all-values"},
		"own account": {Statement{Kind: Trust, Actions: assume, Principals: own,
			Conditions: when("ArnEquals aws:PrincipalArn " + ownRole)}, ""},
		"service": {Statement{Kind: Trust, Actions: assume, Principals: []Principal{{Kind: "Service", Value: "ec2.amazonaws.com"}}}, ""},
		"web identity": {Statement{Kind: Trust, Actions: []string{"sts:AssumeRoleWithWebIdentity"},
			Principals: []Principal{{Kind: "Federated", Value: "${Provider.Arn}"}},
			Conditions: when("StringEquals ${Issuer}:aud sts.amazonaws.com", "StringLike oidc.eks.x.amazonaws.com/id/A:sub a:*")}, ""},
		"world": {Statement{Kind: Trust, Actions: assume, Principals: world}, "wildcard-principal"},
		"bucket for the world": {Statement{Kind: ResourceBased, Actions: []string{"s3:GetObject"}, Resources: object,
			Principals: world}, "wildcard-principal"},
		"bucket for an account": {Statement{Kind: ResourceBased, Actions: []string{"s3:GetObject"}, Resources: object,
			Principals: world, Conditions: when("StringEquals aws:SourceAccount 1")}, ""},
		"bucket, TLS only": {Statement{Kind: ResourceBased, Effect: "Deny", Actions: []string{"s3:*"}, Principals: world,
			Resources: on(t, "s3:b1", "s3:b1/*"), Conditions: when("Bool aws:SecureTransport false")}, ""},
		"key policy": {Statement{Kind: ResourceBased, Actions: []string{"kms:Decrypt"}, Principals: own,
			Resources: on(t, "*")}, ""},
		"not action":      {Statement{NotActions: []string{"iam:*"}, Resources: on(t, "*")}, "not-action"},
		"deny not action": {Statement{Effect: "Deny", NotActions: []string{"iam:*"}, Resources: on(t, "*")}, ""},
		"bad not action":  {Statement{Effect: "Deny", NotActions: []string{"ima:*"}, Resources: on(t, "*")}, "unknown-service"},
		"not resource":    {Statement{Actions: []string{"s3:GetObject"}, NotResources: object}, "not-resource"},
		"deny broadly":    {Statement{Effect: "Deny", Actions: []string{"iam:*"}, Resources: on(t, "*")}, ""},
		"deny in vain": {Statement{Effect: "Deny", Actions: []string{"ec2:StopInstances"}, Resources: on(t, "ec2:volume/*")},
			"wrong-resource"},
		"sid": {Statement{Sid: "Read-it", Actions: []string{"s3:GetObject"}, Resources: object}, "sid-characters"},
	} {
		if found := Lint(f, c.s); ids(found) != c.want {
			t.Errorf("%s: want %q, got %v", name, c.want, found)
		}
	}
}

// A reference may bring wildcards only where the caller says so.
func TestWildcardParameter(t *testing.T) {
	for wild, want := range map[bool]string{true: "", false: "bucket-object-mix"} {
		r := Resource{Text: "arn:${AWS::Partition}:s3:::${Pattern}", Wildcards: wild}
		found := Lint(Load(), Statement{Actions: []string{"s3:GetObject"}, Resources: []Resource{r}})
		if ids(found) != want {
			t.Errorf("%v: %v", wild, found)
		}
	}
}

func TestSeverity(t *testing.T) {
	for text, want := range map[string]diag.Severity{
		"s3:Frob": diag.Error, "s3:Put*": diag.Warning,
	} {
		found := Lint(Load(), Statement{Actions: []string{text}, Resources: on(t, "s3:b1/*")})
		if len(found) != 1 || found[0].Severity != want {
			t.Errorf("%s: %v", text, found)
		}
	}
}

func BenchmarkLintTags(b *testing.B) {
	f := Load()
	s := Statement{Actions: []string{"ec2:CreateTags", "ec2:DeleteTags"}, Conditions: when("StringEquals aws:ResourceTag/a b"),
		Resources: []Resource{{Text: "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:*/*"}}}
	for b.Loop() {
		Lint(f, s)
	}
}

func FuzzLint(f *testing.F) {
	f.Add("s3:Get*", "arn:aws:s3:::x/${A}", "StringEquals", "s3:prefix", "a*")
	f.Add("ec2:RunInstances", "*", "ForAnyValue:Null", "aws:ResourceTag/", "${")
	f.Add("iam:*", "arn:*:iam::*:role/*", "NullIfExists", "iam:PassedToService", "")
	f.Add("*", "${X}", ":", "/", "\xff")
	facts := Load()
	f.Fuzz(func(t *testing.T, action, resource, operator, key, value string) {
		for kind := range Trust + 1 {
			for _, one := range Lint(facts, Statement{
				Kind: kind, Sid: key, Actions: []string{action}, Resources: []Resource{{Text: resource}},
				Conditions: []Condition{{operator, key, []string{value}}},
				Principals: []Principal{{Kind: "AWS", Value: value}},
			}) {
				if one.ID == "" || one.Summary == "" || one.Hint == "" {
					t.Errorf("%+v", one)
				}
			}
		}
	})
}

// Facts are shared by the variants of a stack.
func TestSharedFacts(t *testing.T) {
	f, done := Load(), make(chan int)
	for range 4 {
		go func() {
			done <- len(f.Expand("sqs:*")) + len(f.Expand("nosuch:*"))
		}()
	}
	first := <-done
	for range 3 {
		if n := <-done; n != first || n == 0 {
			t.Error(n, first)
		}
	}
}

// TestUserName asks for the name of the user where only roles hold the policy.
func TestUserName(t *testing.T) {
	f := Load()
	for _, c := range []struct {
		text    string
		ofRoles bool
		want    string
	}{
		{"arn:${AWS::Partition}:ssm:*:*:session/${aws:username}-*", true, "no-username"},
		{"arn:${AWS::Partition}:ssm:*:*:session/${AWS:UserName}-*", true, "no-username"},
		{"arn:${AWS::Partition}:ssm:*:*:session/${aws:username}-*", false, ""},
		{"arn:${AWS::Partition}:ssm:*:*:session/${aws:userid}-*", true, ""},
	} {
		s := Statement{Sid: "End", Effect: "Allow", Actions: []string{"ssm:TerminateSession"},
			Resources: []Resource{{Text: c.text}}, OfRoles: c.ofRoles}
		got := ""
		for _, found := range Lint(f, s) {
			got += found.ID
		}
		if got != c.want {
			t.Errorf("%s, of roles %v: %q, not %q", c.text, c.ofRoles, got, c.want)
		}
	}
}
