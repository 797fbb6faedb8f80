package iam

import (
	"strings"
	"testing"
)

// said reads a statement: "Deny" or nothing, actions, "on" resources, and conditions behind bars:
//
//	Deny ec2:CreateTags on * | Null ec2:CreateAction true | StringNotEquals aws:ResourceTag/a v,w
func said(text string) Statement {
	s := Statement{Effect: "Allow"}
	head, conditions, _ := strings.Cut(text, " | ")
	if rest, deny := strings.CutPrefix(head, "Deny "); deny {
		head, s.Effect = rest, "Deny"
	}
	actions, resources, _ := strings.Cut(head, " on ")
	s.Actions = strings.Fields(actions)
	for _, r := range strings.Fields(resources) {
		s.Resources = append(s.Resources, Resource{Text: r})
	}
	for _, c := range strings.Split(conditions, " | ") {
		if f := strings.Fields(c); len(f) == 3 {
			s.Conditions = append(s.Conditions, Condition{f[0], f[1], strings.Split(f[2], ",")})
		}
	}
	return s
}

func weighed(texts ...string) []*Weighed {
	var out []*Weighed
	for _, text := range texts {
		out = append(out, Weigh(facts, said(text)))
	}
	return out
}

var facts = Load()

func hollowOf(fence, tagger string, rest Rest) (Gap, bool) {
	both := weighed(fence, tagger)
	return Hollow(facts, Fence{By: both[0], Tagger: both[1], Rest: func() Rest { return rest }})
}

const (
	stop      = "ec2:StopInstances on * | StringEquals aws:ResourceTag/app v"
	stopBoth  = stop + " | StringEquals aws:ResourceTag/env ${Env}"
	instances = "arn:*:ec2:*:*:instance/*"
	volumes   = "arn:*:ec2:*:*:volume/*"
)

// Each fence with a tagger that gets round it ("gap"), and neighbours that do not.
func TestHollow(t *testing.T) {
	for _, c := range []struct{ name, fence, tagger, want string }{
		{"free", stop, "ec2:CreateTags on *", "ec2:CreateTags instance app"},
		{"pattern", stop, "ec2:Create* on " + instances, "ec2:CreateTags instance app"},
		{"at creation", stop, "ec2:CreateTags on * | StringEquals ec2:CreateAction RunInstances", ""},
		{"creation, like", stop, "ec2:CreateTags on * | StringLike ec2:createaction *", ""},
		{"creation or not", stop, "ec2:CreateTags on * | StringEqualsIfExists ec2:CreateAction RunInstances",
			"ec2:CreateTags instance app"},
		{"creation excluded", stop, "ec2:CreateTags on * | Null ec2:CreateAction true", "ec2:CreateTags instance app"},
		{"its own only", stop, "ec2:CreateTags on * | StringEquals aws:ResourceTag/app v", ""},
		{"its own, other prefix and case", stop, "ec2:CreateTags on * | StringEquals ec2:ResourceTag/APP v", ""},
		{"of another value", stop, "ec2:CreateTags on * | StringEquals aws:ResourceTag/app w", "ec2:CreateTags instance app"},
		{"of any value", stop, "ec2:CreateTags on * | Null aws:ResourceTag/app false", "ec2:CreateTags instance app"},
		{"without the tag", stop, "ec2:CreateTags on * | Null aws:ResourceTag/app true", "ec2:CreateTags instance app"},
		{"of another key", stop, "ec2:CreateTags on * | StringEquals aws:ResourceTag/env p", "ec2:CreateTags instance app"},
		{"the value", stop, "ec2:CreateTags on * | StringEquals aws:RequestTag/app v", "ec2:CreateTags instance app"},
		{"another value", stop, "ec2:CreateTags on * | StringEquals aws:RequestTag/app w", ""},
		{"other case of the value", stop, "ec2:CreateTags on * | StringEquals aws:RequestTag/app V", ""},
		{"a matching pattern", stop, "ec2:CreateTags on * | StringLike aws:RequestTag/app ?", "ec2:CreateTags instance app"},
		{"any but the value", stop, "ec2:CreateTags on * | StringNotEquals aws:RequestTag/app v", ""},
		{"not that key", stop, "ec2:CreateTags on * | Null aws:RequestTag/app true", ""},
		{"other keys", stop, "ec2:CreateTags on * | ForAllValues:StringEquals aws:TagKeys Name,env", ""},
		{"any but the key", stop, "ec2:CreateTags on * | ForAllValues:StringNotEquals aws:TagKeys app", ""},
		{"the key among others", stop, "ec2:CreateTags on * | ForAllValues:StringLike aws:TagKeys a*", "ec2:CreateTags instance app"},
		{"beside another key", stop, "ec2:CreateTags on * | ForAnyValue:StringEquals aws:TagKeys Name", "ec2:CreateTags instance app"},
		{"a key never known", stop, "ec2:CreateTags on * | StringEquals s3:prefix x", ""},
		{"a key of the call", stop, "ec2:CreateTags on * | StringEquals aws:RequestedRegion x", "ec2:CreateTags instance app"},
		{"other type", stop, "ec2:CreateTags on " + volumes, ""},
		{"other account", "ec2:StopInstances on arn:*:ec2:*:1:instance/* | StringEquals aws:ResourceTag/app v",
			"ec2:CreateTags on arn:*:ec2:*:2:instance/*", ""},
		{"other names", "sqs:DeleteQueue on arn:*:sqs:*:*:a-* | StringEquals aws:ResourceTag/app v",
			"sqs:TagQueue on arn:*:sqs:*:*:b-*", ""},
		{"same names", "sqs:DeleteQueue on arn:*:sqs:*:*:a-* | StringEquals aws:ResourceTag/app v",
			"sqs:TagQueue on arn:*:sqs:*:*:*-b", "sqs:TagQueue queue app"},
		{"other service", stop, "sqs:TagQueue on *", ""},
		{"tags only", "ec2:CreateTags on * | StringEquals aws:ResourceTag/app v", "ec2:CreateTags on *", ""},
		{"listing only", "ec2:DescribeInstances on * | StringEquals aws:ResourceTag/app v", "ec2:CreateTags on *", ""},
		{"looking only", "eks:DescribeCluster on * | StringEquals aws:ResourceTag/app v", "eks:TagResource on *", ""},
		{"secrets", "secretsmanager:GetSecretValue on * | StringEquals secretsmanager:ResourceTag/app v",
			"secretsmanager:TagResource on *", "secretsmanager:TagResource Secret app"},
		{"two keys", stopBoth, "ec2:CreateTags on *", "ec2:CreateTags instance app"},
		{"one of two keys", stopBoth, "ec2:CreateTags on * | ForAllValues:StringEquals aws:TagKeys env",
			"ec2:CreateTags instance env"}, // what carries app may get it
		{"neither of two", stopBoth, "ec2:CreateTags on * | ForAllValues:StringEquals aws:TagKeys env" +
			" | StringEquals aws:ResourceTag/env ${Env}", ""},
		{"only one is asked", stopBoth, "ec2:CreateTags on * | StringEquals aws:ResourceTag/app v",
			"ec2:CreateTags instance env"},
		{"same parameter", stopBoth, "ec2:CreateTags on * | StringEquals aws:RequestTag/app v" +
			" | StringEquals aws:RequestTag/env ${Env}", "ec2:CreateTags instance app"},
		{"other parameter", stopBoth, "ec2:CreateTags on * | StringEquals aws:ResourceTag/app v" +
			" | StringEquals aws:RequestTag/env ${Other}", ""},
		{"presence", "ec2:StopInstances on * | Null aws:ResourceTag/app false", "ec2:CreateTags on *", "ec2:CreateTags instance app"},
		{"of AWS alone", "ec2:StopInstances on * | StringEquals aws:ResourceTag/aws:cloudformation:stack-name v",
			"ec2:CreateTags on *", ""},
		{"taking off", stop, "ec2:DeleteTags on *", ""},
		{"absence", "ec2:StopInstances on * | StringNotEquals aws:ResourceTag/app v", "ec2:DeleteTags on *",
			"ec2:DeleteTags instance app off"},
		{"absence, its own", "ec2:StopInstances on * | StringNotEquals aws:ResourceTag/app v",
			"ec2:DeleteTags on * | StringNotEquals aws:ResourceTag/app v", ""},
		{"absence, other keys", "ec2:StopInstances on * | StringNotEquals aws:ResourceTag/app v",
			"ec2:DeleteTags on * | ForAllValues:StringEquals aws:TagKeys Name", ""},
		{"roles", "iam:DeleteRole on * | StringEquals iam:ResourceTag/app v", "iam:TagRole on arn:*:iam::*:role/x",
			"iam:TagRole role app"},
		{"any case", "iam:DeleteRole on * | StringEqualsIgnoreCase aws:ResourceTag/app V",
			"iam:TagRole on * | StringEquals aws:RequestTag/app v", "iam:TagRole role app"},
	} {
		t.Run(c.name, func(t *testing.T) {
			gap, found := hollowOf(c.fence, c.tagger, Rest{})
			if got := gapText(gap, found); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}

func gapText(gap Gap, found bool) string {
	if !found {
		return ""
	}
	text := gap.Action + " " + gap.Type + " " + gap.Key
	if gap.Off {
		text += " off"
	}
	return text
}

// What stops the tagger: denials, and a boundary that does not let it.
func TestHollowStopped(t *testing.T) {
	const guard = " | Null ec2:CreateAction true | StringNotEquals aws:ResourceTag/app v"
	const free = "ec2:CreateTags on *"
	for _, c := range []struct {
		name, fence, tagger, deny, bound, allow string
		open                                    bool
	}{
		{"denied", stop, free, "Deny ec2:CreateTags on *", "", "", false},
		{"denied by pattern", stop, free, "Deny ec2:*Tags on arn:*:ec2:*:*:*/*", "", "", false},
		{"denied on what has no tag", stop, free, "Deny ec2:CreateTags on *" + guard, "", "", false},
		{"denied with the key", stop, free, "Deny ec2:CreateTags on * | ForAnyValue:StringEquals aws:TagKeys app", "", "", false},
		{"denied with the value", stop, free, "Deny ec2:CreateTags on * | StringEquals aws:RequestTag/app v", "", "", false},
		{"denied with another", stop, free, "Deny ec2:CreateTags on * | StringEquals aws:RequestTag/app w", "", "", true},
		{"denied without a key", stop, free, "Deny ec2:CreateTags on * | Null aws:RequestTag/env true", "", "", true},
		{"denied sometimes", stop, free, "Deny ec2:CreateTags on * | StringEquals aws:RequestedRegion x", "", "", true},
		{"denied at creation", stop, free, "Deny ec2:CreateTags on * | Null ec2:CreateAction false", "", "", true},
		{"denied on the type", stop, free, "Deny ec2:CreateTags on " + instances, "", "", false},
		{"denied on some", stop, free, "Deny ec2:CreateTags on arn:*:ec2:*:*:instance/i-0*", "", "", true},
		{"denied on all of these", "ec2:StopInstances on arn:*:ec2:*:${A}:instance/i-01 | StringEquals aws:ResourceTag/app v",
			free, "Deny ec2:CreateTags on arn:*:ec2:*:${A}:instance/i-0*", "", "", false},
		{"denied elsewhere", stop, free, "Deny ec2:CreateTags on " + volumes, "", "", true},
		{"another action denied", stop, free, "Deny ec2:DeleteTags on *", "", "", true},
		{"bounded", stop, free, "", "ec2:Stop* on *", "", false},
		{"let through", stop, free, "", "ec2:* on *", "", true},
		{"let through at creation", stop, free, "", free + " | StringEquals ec2:CreateAction RunInstances", "", false},
		{"let through elsewhere", stop, free, "", "ec2:* on " + volumes, "", false},
		{"denial, open", "Deny ec2:StopInstances on * | StringNotEquals aws:ResourceTag/app v", free, "", "", "", true},
		{"denial, shut", "Deny ec2:StopInstances on * | StringNotEquals aws:ResourceTag/app v", free,
			"Deny ec2:CreateTags on *" + guard, "", "", false},
		{"denial, of what is tagged", "Deny ec2:StopInstances on * | StringEquals aws:ResourceTag/app v",
			"ec2:DeleteTags on *", "", "", "", true},
		{"denial, retagged", "Deny ec2:StopInstances on * | StringEquals aws:ResourceTag/app v", free, "", "", "", true},
		{"denial, tag kept", "Deny ec2:StopInstances on * | Null aws:ResourceTag/app false", free, "", "", "", false},
		{"denial of nothing", "Deny ec2:StartInstances on * | StringNotEquals aws:ResourceTag/app v", free, "", "", "", false},
		{"open anyway", stop, free, "", "", "ec2:Stop* on *", false},
		{"open anyway, by ARN", stop, free, "", "", "* on " + instances, false},
		{"open anyway, itself", stop, "ec2:* on *", "", "", "ec2:* on *", false},
		{"open elsewhere", stop, free, "", "", "ec2:StopInstances on " + volumes, true},
		{"open to some", stop, free, "", "", "ec2:StopInstances on arn:*:ec2:*:*:instance/i-0*", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			rest := Rest{Allows: weighed("ec2:StopInstances on * | StringEquals aws:RequestedRegion x", free)}
			if c.allow != "" {
				rest.Allows = append(rest.Allows, weighed(c.allow)...)
			}
			if c.deny != "" {
				rest.Denies = weighed(c.deny)
			}
			if rest.Bounded = c.bound != ""; rest.Bounded {
				rest.Bounds = weighed(c.bound)
			}
			if gap, open := hollowOf(c.fence, c.tagger, rest); open != c.open {
				t.Errorf("open %t: %v", open, gap)
			}
		})
	}
}

func TestFenceParts(t *testing.T) {
	for text, want := range map[string]bool{
		"ec2:CreateTags on *": true, "ec2:Create* on *": true, "iam:Untag* on *": true, "* on *": false,
		"ec2:CreateTags on * | StringEquals ec2:CreateAction RunInstances": false,
		"ec2:CreateTags on * | Null ec2:CreateAction true":                 true,
		"ec2:StopInstances on *":                                           false, "Deny ec2:CreateTags on *": false, "nonsense on *": false,
	} {
		if weighed(text)[0].Tags() != want {
			t.Error(text)
		}
	}
	if s := said(stop); !FencesByTag(s) {
		t.Error("no fence")
	}
	if s := said("ec2:RunInstances on * | StringEquals aws:RequestTag/app v"); FencesByTag(s) {
		t.Error("a fence")
	}
	gap, _ := hollowOf(stop, "ec2:Create* on *", Rest{})
	if gap.AtCreation != "ec2:CreateAction" || gap.Entry != "ec2:Create*" {
		t.Error(gap)
	}
	gap, _ = hollowOf("kms:PutKeyPolicy on * | StringEquals aws:ResourceTag/a v",
		"kms:TagResource on *", Rest{})
	if gap.AtCreation != "" || gap.Action == "" {
		t.Error(gap)
	}
}

// The names of all tagging actions say so, which Weighed rests on; nearly all say whether they set.
func TestTaggingNames(t *testing.T) {
	for _, prefix := range facts.Prefixes() {
		service, _ := facts.Service(prefix)
		for i := range service.Names {
			a := service.action(i)
			if a.Level == Tagging && !strings.Contains(strings.ToLower(a.Full()), "tag") {
				t.Errorf("%s", a.Full())
			}
		}
	}
}

// A spec with long lists of values must not take long.
func TestHollowManyValues(t *testing.T) {
	var values []string
	for i := range 300 {
		values = append(values, strings.Repeat("x", i))
	}
	list := strings.Join(values[1:], ",")
	fence := "ec2:StopInstances on *"
	for _, key := range strings.Fields("a b c d e") {
		fence += " | StringEquals aws:ResourceTag/" + key + " " + list
	}
	if _, found := hollowOf(fence, "ec2:CreateTags on *", Rest{}); !found {
		t.Error("no gap")
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		wide, narrow string
		want         bool
	}{
		{"*", "${X}", true}, {"${X}", "${X}", true}, {"${X}", "${Y}", false}, {"${X}", "*", false},
		{"arn:*:s3:::a*", "arn:aws:s3:::ab/c", true}, {"arn:*:s3:::a*b", "arn:aws:s3:::a*", false},
		{"arn:*:s3:::*a*b*", "arn:*:s3:::xaxbx", true}, {"arn:*:s3:::*a*b", "arn:*:s3:::xabxb", true},
		{"arn:*:s3:::a?", "arn:*:s3:::a?", true}, {"arn:*:s3:::?", "arn:*:s3:::*", false},
		{"arn:*:s3:::?", "arn:*:s3:::b", true}, {"arn:aws:s3:::a", "arn:*:s3:::a", false},
		{"arn:*:s3:::${X}/*", "arn:*:s3:::${X}/a", false}, {"arn:*:s3:::", "arn:*:s3:::a", false},
		{"arn:*:s3:::" + strings.Repeat("*a", 60), "arn:*:s3:::" + strings.Repeat("a", 90) + "b", false},
	} {
		if covers(c.wide, c.narrow) != c.want {
			t.Errorf("%s over %s", c.wide, c.narrow)
		}
	}
}
