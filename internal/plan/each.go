package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// eachOf gives the reference to a list's elements for which a text is repeated, or nil.
func (m *maker) eachOf(t spec.Text) *spec.Ref {
	for _, r := range t.Refs() {
		if r.Name == "each" {
			return &r
		}
	}
	return nil
}

// many is one text that holds several between bars; oneList turns it into the list.
type many struct{ cfn.Value }

// eachText repeats a text for every element of a list parameter. The text between two elements is the
// delimiter of Fn::Join, which CloudFormation wants literal.
// Source: CloudFormation user guide, Fn::Join, "you can't use any functions" in the delimiter.
func (m *maker) eachText(t spec.Text, r spec.Ref, gate []Literal) cfn.Value {
	e := m.names[r.Attr]
	if e == nil || !m.isList(spec.Ref{Name: r.Attr}) {
		m.diags.Error(t.At, "unknown-reference", "${"+r.String()+"} names no list",
			or(diag.DidYouMean(r.Attr, m.parametersOf("list")), "write ${each.NAME} of a parameter of "+
				"kind list"))
		return cfn.String("")
	}
	if !m.present(e, spec.Ref{Name: e.id}, t.At, gate) {
		return cfn.String("")
	}
	t, wide := m.wildFields(t, r)
	if wide {
		return cfn.String("")
	}
	var sides [2]strings.Builder
	side := 0
	for _, p := range t.Parts {
		switch {
		case p.Ref.Name == "":
			sides[side].WriteString(p.Literal)
		case p.Ref.Name == "each" && side == 0:
			side = 1
		default:
			m.diags.Error(t.At, "beside-each", "${"+p.Ref.String()+"} cannot stand beside ${each."+
				r.Attr+"}", "CloudFormation repeats literal text only: let the elements hold it, or write "+
				"the text itself")
			return cfn.String("")
		}
	}
	before, after := sides[0].String(), sides[1].String()
	list := cfn.Join(after+between+before, cfn.Split(",", cfn.Ref(e.id)))
	return many{concat(cfn.String(before), hinted{list, e.id}, cfn.String(after))}
}

// wildFields writes an asterisk for the partition, region and account of an ARN: they are references,
// which cannot stand beside an element. Of the resource it touches nothing. An account has one
// partition; but where names are unique in one region or account only, an asterisk there means what
// others have, too: wide, which is refused.
func (m *maker) wildFields(t spec.Text, r spec.Ref) (out spec.Text, wide bool) {
	parts := iam.SplitARN(t.Raw)
	if !iam.IsARN(t.Raw) || len(parts) != 6 {
		return t, false
	}
	for i, pseudo := range map[int]string{1: "AWS::Partition", 3: "AWS::Region", 4: "AWS::AccountId"} {
		if parts[i] == "${"+pseudo+"}" {
			parts[i], wide = "*", wide || i > 1
		}
	}
	if wide && !uniqueID(parts[2], parts[5]) {
		m.diags.Error(t.At, "any-account", "${"+r.String()+"} here would mean what has this name in any "+
			"account or region", "take their ARNs: "+arnItems(parts[2], parts[5])+", and write "+
			`"${`+r.Attr+`}"`)
		return t, true
	}
	return spec.ParseText(strings.Join(parts, ":"), t.At, m.diags), false
}

// uniqueID tells of resources that AWS names by an id which no other account or region has.
// Sources: EC2 user guide, "Resource IDs"; KMS developer guide, "Key identifiers".
func uniqueID(service, resource string) bool {
	kind, id, _ := strings.Cut(resource, "/")
	switch service {
	case "ec2":
		named := []string{"key-pair", "placement-group", "*"}
		return strings.HasPrefix(id, "${each.") && !slices.Contains(named, kind)
	case "kms":
		return kind == "key"
	}
	return false
}

// arnItems says how a list of the ARNs of a resource is written.
func arnItems(service, resource string) string {
	kind, _, _ := strings.Cut(resource, "/")
	switch {
	case service == "iam" && slices.Contains(itemKinds(), kind+"-arn"):
		return "items: " + kind + "-arn"
	case service == "secretsmanager":
		return "items: secret-arn"
	}
	return "items: text with pattern: ^arn:aws[a-z-]*:" + service + ":…$"
}
