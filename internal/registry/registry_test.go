package registry

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for name, want := range map[string]bool{
		"AMZN::SDC::Deployment":              true, // the first
		"AWS::XRay::TransactionSearchConfig": true,
		"Alexa::ASK::Skill":                  true, // the last
		"AWS::SQS::Queue":                    true,
		"Custom::Anything-else":              true,
		"AWS::SQS::Queu":                     false,
		"AWS::SQS::Queuf":                    false,
		"aws::sqs::queue":                    false,
		"AWS::Serverless::Function":          false, // a transform makes other resources of it
		"A":                                  false,
		"Zebra::Crossing::Street":            false,
		"":                                   false,
		"\n= ":                               false,
	} {
		found, ok := Find(name)
		if ok != want || ok && found.Name != name {
			t.Errorf("%q: %v, %+v", name, ok, found)
		}
	}
}

// TestEveryType reads all of them: they are in order, found by name, and lead to mappings that exist.
func TestEveryType(t *testing.T) {
	all := names()
	if len(all) < 1800 || !slices.IsSorted(all) {
		t.Fatalf("%d types, sorted: %v", len(all), slices.IsSorted(all))
	}
	for _, name := range all {
		found, ok := Find(name)
		if !ok || len(found.shapes) == 0 {
			t.Fatalf("%s is not found, or has no properties", name)
		}
		for number := range found.shapes {
			for _, p := range reading(t, found, number).properties {
				shape := strings.TrimLeft(p.shape, "[{")
				if _, ok := found.mapping(shape); !ok && shape != "" && shape != "*" {
					t.Errorf("%s: %s has the shape %q", name, p.name, p.shape)
				}
			}
		}
	}
	if date := Date(); !regexp.MustCompile(`^20\d\d-\d\d-\d\d$`).MatchString(date) {
		t.Errorf("the date is %q", date)
	}
}

func TestLists(t *testing.T) {
	for name, want := range map[string]bool{
		"AWS::SQS::Queu": true, "aws::Ocean::Reef": true, "ALEXA::ASK::Skil": true,
		"AVS::SQS::Queue": true, "AWSS::SQS::Queue": true,
		"AWSQS::EKS::Cluster": false, // AWS Quick Start's own
		"Acme::S3::Bucket":    false, "My::Own::Thing::MODULE": false, "AVS::Ocean::Reef": false,
		"AWS::S3::Bucket::MODULE": true,
	} {
		if got := Lists(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAttributes(t *testing.T) {
	for _, c := range []struct {
		of, attribute string
		want          bool
	}{
		{"AWS::SQS::Queue", "Arn", true},
		{"AWS::SQS::Queue", "QueueName", true}, // no read-only property
		{"AWS::SQS::Queue", "Arn.Service", false},
		{"AWS::SQS::Queue", "Arm", false},
		{"AWS::SQS::Queue", "", false},
		{"AWS::RDS::DBInstance", "Endpoint.Address", true},
		{"AWS::RDS::DBInstance", "Endpoint", false},
		{"AWS::IAM::AccessKey", "SecretAccessKey", true},
		{"AWS::CloudFormation::Stack", "Outputs.Anything", true},
		{"AWS::CloudFormation::Stack", "Inputs.Anything", false},
		{"AWS::CloudFormation::WaitCondition", "Data", true},
		{"Custom::Facts", "Depth.Of.Ocean", true},
		{"AWS::SQS::QueueInlinePolicy", "Arn", false},
	} {
		of, _ := Find(c.of)
		if got := of.HasAttribute(c.attribute); got != c.want {
			t.Errorf("%s of %s: %v", c.attribute, c.of, got)
		}
	}
}

func TestNear(t *testing.T) {
	for name, want := range map[string]string{
		"AWS::SQS::Queu":             `did you mean "AWS::SQS::Queue"?`,
		"AWS::Sqs::queue":            `did you mean "AWS::SQS::Queue"?`,
		"AWS::StepFunction::Machine": "",
		"AWS::States::StateMachine":  `did you mean "AWS::StepFunctions::StateMachine"?`,
		"AWS::KMS::Shark":            "the registry lists AWS::KMS::Alias, AWS::KMS::Key, AWS::KMS::ReplicaKey",
		"AWS::KMS::Secret":           `did you mean "AWS::SecretsManager::Secret"?`,
		"Queue":                      "",
	} {
		if got := Near(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := Near("AWS::EC2::Shark"); !strings.HasSuffix(got, " and more") {
		t.Error(got)
	}
	queue, _ := Find("AWS::SQS::QueueInlinePolicy")
	if got := queue.NearAttribute("Arn"); got != "it has none" {
		t.Error(got)
	}
}

// FuzzParse: whatever the text of a type says, it is read, and checks and attributes end.
func FuzzParse(f *testing.F) {
	f.Add("= T\nc A B.C\nr A\na Outputs.*\n. A! B=[1 C={* D=1\n+ E!=0\n", "T", "D")
	f.Add("= A\n. \n= B\n+\n. =\n", "B", "=")
	f.Add("#\n= A", "A", "")
	f.Fuzz(func(t *testing.T, text, name, key string) {
		section, ok := sectionOf("#\n"+text, name)
		if !ok {
			return
		}
		of := parse(name, section)
		of.HasAttribute(key)
		of.shapeOf(key)
		of.NearAttribute(key)
		for number := range of.shapes {
			reading(t, of, number)
		}
		of.Check(deep(key, 4), false)
	})
}

func BenchmarkFind(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Find("AWS::SQS::Queue"); !ok {
			b.Fatal("not found")
		}
	}
}

// BenchmarkFindLargest reads the type with the most lines.
func BenchmarkFindLargest(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Find("AWS::QuickSight::Template"); !ok {
			b.Fatal("not found")
		}
	}
}

// TestARN: the attribute that is the ARN, under either name; none of another thing.
func TestARN(t *testing.T) {
	for name, want := range map[string]string{
		"AWS::SQS::Queue": "Arn", "AWS::SNS::Topic": "TopicArn", "AWS::EC2::Instance": "",
		"AWS::Grafana::Workspace": "", "AWS::EC2::SecurityGroup": "", "Custom::Squid": "",
	} {
		if of, ok := Find(name); !ok || of.ARN() != want {
			t.Errorf("%s: %v %q, want %q", name, ok, of.ARN(), want)
		}
	}
}
