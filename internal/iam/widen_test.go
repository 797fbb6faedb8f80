package iam

import (
	"slices"
	"strings"
	"testing"
)

// TestWideningNames: every action of the list exists, stands once, and needs no PassRole, which would
// be marked in its place.
func TestWideningNames(t *testing.T) {
	f := Load()
	names := strings.Fields(wideningLists)
	for i, name := range names {
		a, ok := f.Action(name)
		if !ok || slices.Contains(names[:i], name) {
			t.Errorf("%s: known %t, or twice", name, ok)
		}
		if slices.Contains(a.Depends, "iam:PassRole") {
			t.Errorf("%s needs iam:PassRole", name)
		}
		if strings.HasPrefix(name, "iam:") && a.Level != Permissions {
			t.Errorf("%s: %s", name, a.Level)
		}
	}
	if len(names) < 60 {
		t.Error(len(names))
	}
}

func TestWidening(t *testing.T) {
	const any, role = "*", "arn:*:iam::*:role/velo/*"
	f := Load()
	for _, c := range []struct {
		actions, resources string
		conditions         []Condition
		want               string
	}{
		{"IAM:passrole iam:GetRole", role, nil, "IAM:passrole"},
		{"*", any, nil, "*"},
		{"s3:Get* s3:Put*", "arn:*:s3:::b arn:*:s3:::b/*", nil, "s3:Put*"},
		{"s3:Get* s3:Put*", "arn:*:s3:::b/*", nil, ""}, // only buckets have policies
		{"s3:*", "${Bucket.Arn}", nil, "s3:*"},
		{"ec2:RunInstances iam:AddRoleToInstanceProfile", any, nil, ""}, // iam:PassRole is needed
		{"iam:*InstanceProfile", any, nil, ""},
		{"iam:PassR?le", role, when("StringEquals iam:PassedToService ec2.amazonaws.com"), "iam:PassR?le"},
		{"iam:PassRole", role, when("StringEquals ec2:Vpc x"), ""}, // never holds
		{"ec2:Create*", any, nil, "ec2:Create*"},
		{"ec2:Create*", any, when("StringEquals aws:RequestTag/a b"), ""}, // versions and tasks take none
		{"ec2:Create*", any, when("StringEquals aws:ResourceTag/a b"), "ec2:Create*"},
		{"ec2:Create*", "arn:*:ec2:*:*:subnet/*", nil, ""},
		{"ec2:Modify*", any, when("StringNotEquals ec2:Owner x"), "ec2:Modify*"},
		{"kms:CreateGrant", any, nil, "kms:CreateGrant"},
		{"kms:CreateGrant", any, when("Bool kms:GrantIsForAWSResource true"), ""},
		{"kms:CreateGrant", any, when("Bool kms:GrantIsForAWSResource false"), "kms:CreateGrant"},
		{"kms:CreateGrant", any, when("BoolIfExists kms:GrantIsForAWSResource true"), "kms:CreateGrant"},
		{"ssm:StartSession", any, when("StringEquals aws:PrincipalTag/a b"), "ssm:StartSession"},
		{"ssm:SendCommand", "arn:*:ec2:*:*:instance/*", nil, ""}, // without a document
		{"sts:AssumeRoleWithWebIdentity lambda:InvokeFunction nonsense x:y", any, nil, ""},
		{"eks:*", "arn:*:eks:*:*:cluster/*snc*", nil, "eks:*"},
		{"eks:*", "arn:*:eks:*:*:addon/*", nil, ""},
	} {
		s := Statement{Effect: "Allow", Actions: strings.Fields(c.actions), Conditions: c.conditions}
		for _, r := range strings.Fields(c.resources) {
			s.Resources = append(s.Resources, Resource{Text: r})
		}
		if got := strings.Join(Widening(f, s), " "); got != c.want {
			t.Errorf("%s on %s %v: %q", c.actions, c.resources, c.conditions, got)
		}
		s.Effect = "Deny"
		if got := Widening(f, s); got != nil {
			t.Errorf("a denial of %s widens: %q", c.actions, got)
		}
		s.Effect, s.Kind = "Allow", Trust
		if got := Widening(f, s); got != nil {
			t.Errorf("a trust of %s widens: %q", c.actions, got)
		}
	}
}
