package emit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byocfn/internal/cfn"
)

func word(s string) cfn.Value { return cfn.String(s) }

// layout has every form that a template takes.
func layout() cfn.Map {
	two := cfn.Strings("sts:AssumeRole", "sts:TagSession")
	suffix := cfn.Entry{Key: "Suffix", Value: cfn.StackSuffix()}
	prose := strings.TrimSpace(strings.Repeat("Nobody but the agent may read this secret. ", 4))
	return cfn.Map{
		{Key: "AWSTemplateFormatVersion", Value: word("2010-09-09")},
		{Key: "Parameters", Space: true, Value: cfn.Map{
			{Key: "Vpc", Comment: "Network", Value: cfn.Map{
				{Key: "Label", Value: cfn.Map{{Key: "default", Value: word("on")}}},
				{Key: "Note", Value: cfn.Map{{Key: "default", Value: word("a, b")}}},
				{Key: "Two", Value: cfn.Map{{Key: "default", Value: word("a")}, {Key: "x",
					Value: word("b")}}},
				{Key: "AllowedValues", Value: cfn.Strings("on", "off", "a,b")},
				{Key: "Four", Value: cfn.Strings("a", "b", "c", "d")},
				{Key: "Five", Value: cfn.Strings("a", "b", "c", "d", "e")},
				{Key: "Empty", Value: cfn.Values(cfn.List{}, cfn.Map{})},
				{Key: "Described", Value: word(prose)},
			}},
			{Key: "Other", Space: true, Comment: "One\n\nTwo", Value: cfn.Int(-3)},
		}},
		{Key: "Conditions", Space: true, Value: cfn.Map{
			{Key: "A", Value: cfn.Not(cfn.Equals(cfn.Ref("P"), word("")))},
			{Key: "B", Value: cfn.And(cfn.Cond("A"), cfn.Not(cfn.Or(cfn.Cond("A"),
				cfn.Cond("C"))))},
			{Key: "C", Value: cfn.Equals(cfn.FindInMap("Regions", cfn.Ref("AWS::Region"),
				word("any")), word("true"))},
		}},
		{Key: "Rules", Space: true, Value: cfn.Fn{Name: "Fn::Contains", Arg: cfn.Values(
			cfn.Strings("us-east-1", "us-west-2"),
			cfn.Fn{Name: "Fn::ValueOf", Arg: cfn.Strings("SubnetId", "VpcId")})}},
		{Key: "Resources", Space: true, Value: cfn.Map{
			{Key: "Role", Value: cfn.Map{
				{Key: "DependsOn", Value: cfn.Strings("One")},
				{Key: "Name", Value: cfn.If("HasPrefix", cfn.Sub("${Prefix}role-${Suffix}",
					suffix), cfn.NoValue())},
				{Key: "Users", Value: cfn.If("A", cfn.Values(cfn.Ref("User")), cfn.NoValue())},
				{Key: "Boundary", Value: cfn.If("B", cfn.Sub("arn:${AWS::Partition}:x"),
					cfn.NoValue())},
				{Key: "Statement", Value: cfn.List{
					{Comment: "Look", Value: cfn.Map{{Key: "Sid", Comment: "at the sid",
						Value: word("Look")},
						{Key: "Action", Value: two}, {Key: "Other", Value: two}}},
					{Comment: "Gated", Value: cfn.If("A", cfn.Map{{Key: "Sid", Value: word("G")}},
						cfn.NoValue())},
					{Value: cfn.List{{Comment: "inner", Value: cfn.Ref("X")},
						{Value: cfn.Ref("Y")}}},
					{Value: cfn.Fn{Name: "Fn::ValueOf", Arg: cfn.Strings("A", "B")}},
				}},
				{Key: "Why", Value: cfn.Fn{Name: "Fn::If", Arg: cfn.List{{Value: word("A")},
					{Comment: "kept", Value: word("b")}, {Value: word("c")}}}},
			}},
			{Key: "UserData", Space: true, Comment: "Starts",
				Value: cfn.Base64(cfn.Sub("#!/bin/sh\n\n\techo ${A}\n",
					cfn.Entry{Key: "A", Value: cfn.GetAtt("Stack", "Outputs.X")}))},
			{Key: "Plain", Value: cfn.Base64(word("#!/bin/sh\nexit"))},
			{Key: "Macro", Value: cfn.Fn{Name: "Fn::Transform", Arg: cfn.Map{{Key: "Name",
				Value: word("M")}}}},
			{Key: "Zones", Value: cfn.Select(0, cfn.Fn{Name: "Fn::GetAZs", Arg: word("")})},
			{Key: "RegionZones", Value: cfn.Fn{Name: "Fn::GetAZs", Arg: cfn.Ref("AWS::Region")}},
			{Key: "Import", Value: cfn.Fn{Name: "Fn::ImportValue", Arg: cfn.Sub("${Stack}-Vpc")}},
			{Key: "Cidr", Value: cfn.Fn{Name: "Fn::Cidr", Arg: cfn.Values(cfn.GetAtt("Vpc",
				"CidrBlock"), cfn.Int(4), cfn.Int(8))}},
			{Key: "Dynamic", Value: cfn.Fn{Name: "Fn::GetAtt", Arg: cfn.Values(word("A"),
				cfn.Ref("Name"))}},
		}},
	}
}

func TestLayout(t *testing.T) {
	for name, print := range map[string]func() ([]byte, error){
		"layout.yaml": func() ([]byte, error) { return YAML("First\n\nlast", layout()) },
		"layout.json": func() ([]byte, error) { return JSON(layout()) },
	} {
		got, err := print()
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %v; got\n%s", name, err, got)
		}
		for range 20 {
			if again, err := print(); err != nil || string(again) != string(got) {
				t.Fatalf("%s: printed differently a second time (%v)", name, err)
			}
		}
	}
}

func TestCommentsNeverChangeTheTree(t *testing.T) {
	bare, err := YAML("", layout())
	if err != nil {
		t.Fatal(err)
	}
	for _, hostile := range []string{"a\nB: 1", "a\r\nB: 1", "a\rB: 1", "a\u0085B: 1", "a\u2028B: 1", "a\u2029B: 1",
		"a\fB: 1", "\x00", "\ufeff", "\xff\xfe", "😀", "# - x", "---", "...", "%YAML 1.1", "\n\n",
		"\ttab", " ", "'\"", "\x1b[31m"} {
		tree := layout()
		decorate(tree, hostile)
		out, err := YAML(hostile, tree) // verifies the tree
		if err != nil {
			t.Errorf("%q: %v", hostile, err)
		}
		var kept []string
		for line := range strings.Lines(string(out)) {
			trimmed := strings.TrimLeft(line, " ")
			if !printable(strings.TrimSuffix(line, "\n"), "\t") {
				t.Errorf("%q: line %q", hostile, line)
			}
			if strings.HasPrefix(trimmed, "B: 1") {
				t.Errorf("%q: broke out", hostile)
			}
			if trimmed != "\n" && !strings.HasPrefix(trimmed, "# ") && trimmed != "#\n" {
				kept = append(kept, line)
			}
		}
		if len(kept) < strings.Count(string(bare), "\n")/2 {
			t.Errorf("%q: only %d lines are left", hostile, len(kept))
		}
	}
}

func decorate(v cfn.Value, comment string) {
	cfn.Walk(v, func(v cfn.Value) {
		switch v := v.(type) {
		case cfn.Map:
			for i := range v {
				v[i].Comment, v[i].Space = comment, true
			}
		case cfn.List:
			for i := range v {
				v[i].Comment = comment
			}
		}
	})
}
