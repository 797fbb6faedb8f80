package iam

import (
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	const p, ra = "arn:${AWS::Partition}:", ":${AWS::Region}:${AWS::AccountId}:"
	for short, want := range map[string]string{
		"ec2:instance/*":          p + "ec2" + ra + "instance/*",
		"ec2:image/*":             p + "ec2:${AWS::Region}::image/*",
		"ec2:snapshot/snap-0ab":   p + "ec2:${AWS::Region}::snapshot/snap-0ab",
		"ec2:subnet/${SubnetId}":  p + "ec2" + ra + "subnet/${SubnetId}",
		"ec2:vpc/${each.VpcIds}":  p + "ec2" + ra + "vpc/${each.VpcIds}",
		"ec2:*/*":                 p + "ec2" + ra + "*/*",
		"ec2:inst*":               p + "ec2" + ra + "inst*",
		"s3:bucket-name/*":        p + "s3:::bucket-name/*",
		"s3:bucket-name":          p + "s3:::bucket-name",
		"s3:*":                    p + "s3:::*",
		"s3:*/*":                  p + "s3:::*/*",
		"s3:${region.b}/agent/*":  p + "s3:::${region.b}/agent/*",
		"s3:x-${AWS::Region}/a:b": p + "s3:::x-${AWS::Region}/a:b",
		"s3:accesspoint/mine":     p + "s3" + ra + "accesspoint/mine",
		"iam:role/x":              p + "iam::${AWS::AccountId}:role/x",
		"iam:role/team/x-*":       p + "iam::${AWS::AccountId}:role/team/x-*",
		"iam:instance-profile/*":  p + "iam::${AWS::AccountId}:instance-profile/*",
		"iam:policy/${Name}":      p + "iam::${AWS::AccountId}:policy/${Name}",
		"sts:assumed-role/r/s":    "",
		"elasticloadbalancing:listener/app/x-*/*":     p + "elasticloadbalancing" + ra + "listener/app/x-*/*",
		"elasticloadbalancing:loadbalancer/net/x-*/*": p + "elasticloadbalancing" + ra + "loadbalancer/net/x-*/*",
		"elasticloadbalancing:targetgroup/x-*/*":      p + "elasticloadbalancing" + ra + "targetgroup/x-*/*",
		"logs:log-group:/aws/x:*":                     p + "logs" + ra + "log-group:/aws/x:*",
		"logs:log-group:/a/*:log-stream:b":            p + "logs" + ra + "log-group:/a/*:log-stream:b",
		"kms:key/*":                                   p + "kms" + ra + "key/*",
		"kms:alias/velo":                              p + "kms" + ra + "alias/velo",
		"secretsmanager:secret:name-*":                p + "secretsmanager" + ra + "secret:name-*",
		"sqs:queue-${stack.suffix}":                   p + "sqs" + ra + "queue-${stack.suffix}",
		"sns:topic":                                   p + "sns" + ra + "topic",
		"ssm:parameter/aws/service/*":                 p + "ssm:${AWS::Region}::parameter/aws/service/*",
		"ssm:parameter/a/*":                           p + "ssm" + ra + "parameter/a/*",
		"lambda:function:velo-*":                      p + "lambda" + ra + "function:velo-*",
		"dynamodb:table/t/index/*":                    p + "dynamodb" + ra + "table/t/index/*",
		"ecr:repository/x":                            p + "ecr" + ra + "repository/x",
		"eks:cluster/${C}":                            p + "eks" + ra + "cluster/${C}",
		"eks:nodegroup/${C}/*/*":                      p + "eks" + ra + "nodegroup/${C}/*/*",
		"glue:table/db/*":                             p + "glue" + ra + "table/db/*",
		"glue:catalog":                                p + "glue" + ra + "catalog",
		"autoscaling:autoScalingGroup:*:autoScalingGroupName/x-*": p + "autoscaling" + ra + "autoScalingGroup:*:autoScalingGroupName/x-*",
		"cloudformation:stack/x/*":                                p + "cloudformation" + ra + "stack/x/*",
		"route53:hostedzone/Z1":                                   p + "route53:::hostedzone/Z1",
		"cloudfront:distribution/E1":                              p + "cloudfront::${AWS::AccountId}:distribution/E1",
		"apigateway:/restapis/*":                                  p + "apigateway:${AWS::Region}::/restapis/*",
		"events:rule/x":                                           p + "events" + ra + "rule/x",
		"states:stateMachine:x":                                   p + "states" + ra + "stateMachine:x",
		"elasticfilesystem:file-system/fs-1":                      p + "elasticfilesystem" + ra + "file-system/fs-1",
		"rds:db:x":                                                p + "rds" + ra + "db:x",
		"EC2:volume/*":                                            p + "ec2" + ra + "volume/*",
		// what is whole already
		"*":                                "*",
		"${ConsoleToken}":                  "${ConsoleToken}",
		"${Bucket.Arn}/*":                  "${Bucket.Arn}/*",
		"arn:*:ec2:*:*:vpc/*":              "arn:*:ec2:*:*:vpc/*",
		"arn:aws:s3:::x":                   "arn:aws:s3:::x",
		p + "opensearch:r:1:application/x": p + "opensearch:r:1:application/x",
	} {
		got, ok, why := Complete(Load(), short)
		if ok != (want != "") || ok && got != want || ok != (why == "") {
			t.Errorf("%s\n got %s %v %q\nwant %s", short, got, ok, why, want)
		}
	}
}

func TestCompleteRefuses(t *testing.T) {
	for short, part := range map[string]string{
		"":                      "neither an ARN",
		"VeloDBRole":            "neither an ARN",
		"ec2:":                  "neither an ARN",
		":x":                    "neither an ARN",
		"ec3:instance/*":        `did you mean "ec2"`,
		"ec2:instnace/*":        `did you mean "ec2:instance/*"`,
		"elb:listener/app/x":    `did you mean "elasticloadbalancing"`,
		"arn:aws:s3:x":          "4 parts",
		"arn:aws:s33:::x":       `did you mean "s3"`,
		"arn::s3:::x":           "lacks its partition",
		"arn:${A::B}:s3:::":     "lacks its partition, service or resource",
		"cloudfront:distro/E1Z": "no resource like",
	} {
		_, ok, why := Complete(Load(), short)
		if ok || !strings.Contains(why, part) || strings.HasSuffix(why, ".") {
			t.Errorf("%q: %v %q", short, ok, why)
		}
	}
}

// Every format, written short, must come back in its own shape, unless the service has two shapes
// for one beginning.
func TestCompleteFollowsTheFacts(t *testing.T) {
	f, wrong, all := Load(), 0, 0
	for _, prefix := range f.Prefixes() {
		s, _ := f.Service(prefix)
		for _, ty := range s.Types {
			parts := SplitARN(ty.Formats[0])
			if parts[2] != prefix || strings.HasPrefix(parts[5], "${") || parts[5] == "*" {
				continue
			}
			all++
			want := "arn:${AWS::Partition}:" + prefix + ":" + place(parts[3], "${AWS::Region}") + ":" +
				place(parts[4], "${AWS::AccountId}") + ":" + parts[5]
			if got, ok, why := Complete(f, prefix+":"+parts[5]); !ok || got != want {
				wrong++
				t.Logf("%s: got %q (%s)", want, got, why)
			}
		}
	}
	if wrong > all/100 {
		t.Errorf("%d of %d are wrong", wrong, all)
	}
}

func TestPartition(t *testing.T) {
	for text, want := range map[string]string{
		"arn:aws:s3:::x":                  "arn:${AWS::Partition}:s3:::x",
		"arn:aws-cn:iam::1:role/${A}:b":   "arn:${AWS::Partition}:iam::1:role/${A}:b",
		"arn:${AWS::Partition}:s3:::aws:": "arn:${AWS::Partition}:s3:::aws:",
		"arn:*:s3:::x":                    "arn:*:s3:::x",
		"arn:aws":                         "arn:aws",
		"${X}arn:aws:s3:::x":              "${X}arn:aws:s3:::x",
	} {
		if got := SoftPartition(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	if !HardPartition("arn:aws-us-gov:s3:::x") || HardPartition("arn:*:s3:::x") || HardPartition("*") {
		t.Error("HardPartition")
	}
}

func FuzzComplete(f *testing.F) {
	for _, s := range []string{"ec2:*/*", "s3:${a}/b", "arn:aws:s3:::x", "${", "ec2:${", "iam:é?", "${a"} {
		f.Add(s)
	}
	facts := Load()
	f.Fuzz(func(t *testing.T, short string) {
		full, ok, why := Complete(facts, short)
		if ok != (why == "") {
			t.Fatal(full, ok, why)
		}
		if !ok {
			return
		}
		again, ok, why := Complete(facts, full)
		if !ok || again != full {
			t.Fatalf("%q gives %q, then %q %s", short, full, again, why)
		}
	})
}
