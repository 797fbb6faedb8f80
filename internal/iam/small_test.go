package iam

import (
	"slices"
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	for doc, want := range map[string]int{
		"": 0, " \t\r\n": 0, `{"a": "b c"}`: 10, "é ß": 2,
	} {
		if got := Size(doc); got != want {
			t.Errorf("%q: %d", doc, got)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for service, want := range map[string]string{
		"ec2": "ec2", "s3": "s3", "sts": "sts", "ecr": "ecr.api ecr.dkr s3", "cloudwatch": "monitoring",
		"elasticloadbalancing": "elasticloadbalancing", "secretsmanager": "secretsmanager", "ssm": "ssm",
		"ssmmessages": "ssmmessages", "ec2messages": "ec2messages", "kms": "kms", "logs": "logs",
		"cloudformation": "cloudformation", "autoscaling": "autoscaling",
	} {
		r, ok := Endpoint(service)
		if got := strings.Join(r.Endpoints, " "); !ok || got != want || r.Why != "" {
			t.Errorf("%s: %q %v", service, got, r)
		}
		if r.Gateway != (service == "s3") {
			t.Errorf("%s: gateway %v", service, r.Gateway)
		}
	}
	for service, unknown := range map[string]bool{"iam": false, "route53": false, "gamelift": true, "": true} {
		if r, ok := Endpoint(service); ok || r.Unknown != unknown || r.Why == "" {
			t.Errorf("%s: %v %v", service, ok, r)
		}
	}
}

// The table must speak of IAM's prefixes, in order.
func TestEndpointTable(t *testing.T) {
	f := Load()
	for _, service := range namedAlike() {
		if _, ok := f.Service(service); !ok {
			t.Errorf("%s is no service", service)
		}
	}
	if !slices.IsSorted(namedAlike()) {
		t.Error("not in order")
	}
}

func TestRefused(t *testing.T) {
	if _, bad := Refused("plain\t\r\n ÿ~"); bad {
		t.Error("refuses what IAM takes")
	}
	for _, text := range []string{"a–b", "\x00", "x\u0100", "\x1f"} {
		if _, bad := Refused(text); !bad {
			t.Errorf("%q passes", text)
		}
	}
}

func TestOperators(t *testing.T) {
	for text, meant := range map[string]string{
		"StringEqual":                         "StringEquals",
		"stringEquals":                        "StringEquals",
		"StringLikes":                         "StringLike",
		"ForAllValue:StringEquals":            "ForAllValues:StringEquals",
		"ForAnyValue:ArnLikeIfExist":          "",
		"NullIfExists":                        "Null",
		"ForAnyValue:Null":                    "Null",
		"IpAdress":                            "IpAddress",
		"StringEqualsIgnorecaseIfExists":      "StringEqualsIgnoreCaseIfExists",
		"Frobnicate":                          "",
		"ForAnyValue:StringEquals":            "-",
		"ForAllValues:StringNotLikeIfExists":  "-",
		"NumericGreaterThanEquals":            "-",
		"Null":                                "-",
		"BoolIfExists":                        "-",
		"DateLessThan":                        "-",
		"ForAllValues:NumericLessThanEqualsX": "ForAllValues:NumericLessThanEquals",
	} {
		wrong, got := unknownOperator(text)
		if meant == "-" && wrong != "" {
			t.Errorf("%s: %s", text, wrong)
		}
		if meant != "-" && (wrong == "" || got != meant && meant != "") {
			t.Errorf("%s: %q, meant %q", text, wrong, got)
		}
	}
}

func TestSuggestEndpoint(t *testing.T) {
	for name, want := range map[string]string{
		"cloudwatch-logs": "logs", "cloudwatch": "monitoring", "secrets-manager": "secretsmanager",
		"kinesis": "kinesis-streams", "elb": "elasticloadbalancing", "ecr": "ecr.api", "sqss": "sqs",
		"iam": "", "tide": "",
	} {
		if got := SuggestEndpoint(name); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
		if KnownEndpoint(name) || want != "" && !KnownEndpoint(want) {
			t.Errorf("%s: known", name)
		}
	}
}

// TestFactsAreInOrder holds what Action relies on to find one.
func TestFactsAreInOrder(t *testing.T) {
	f := Load()
	for _, prefix := range f.Prefixes() {
		s, _ := f.Service(prefix)
		if !slices.IsSortedFunc(s.Names, compareFold) {
			t.Errorf("the actions of %s are not in order", prefix)
		}
	}
}
