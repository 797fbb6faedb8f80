package iam

import "strings"

// whollyOpaque tells whether a text begins with a reference, so that nothing is known of it.
func whollyOpaque(text string) bool { return leadingReference(text) != "" }

// isOf tells whether a resource, and the parts of its text, may be of a type: its own Type names
// it, or one ARN exists which both the type's format and the text describe.
func isOf(t Type, r Resource, text []string) bool {
	for _, format := range t.Formats {
		if r.Type != "" {
			if ofKind(t, format, r.Type) {
				return true
			}
		} else if formatMeets(SplitARN(format), text, r.Wildcards) {
			return true
		}
	}
	return false
}

// ofKind compares with a named kind, service:type; the service is that of the ARN, because sts and
// ec2 have a type role that is one of iam.
func ofKind(t Type, format, kind string) bool {
	service, name, _ := strings.Cut(kind, ":")
	of := SplitARN(format)[2]
	return strings.EqualFold(t.Name, name) && (of == service || opaque(of))
}

func formatMeets(format, text []string, wildcards bool) bool {
	if len(text) != 6 {
		return false
	}
	if !overlap(patternOf(format[2], anyRun), patternOf(text[2], anyRun)) {
		return false
	}
	owner := placeMeets(format[4], text[4]) || text[4] == "" && ownedByAWS(text[2], text[5])
	if !owner || !placeMeets(format[3], text[3]) {
		return false
	}
	if text[2] != "s3" && leadingReference(text[5]) == text[5] {
		return true // the reference may stand for type and name
	}
	reference := partRun
	if wildcards {
		reference = anyRun
	}
	return overlap(formatGlyphs(format[2], format[5]), patternOf(text[5], reference))
}

// ownedByAWS knows the public parameters of Systems Manager, whose ARNs have no account. Source:
// Systems Manager User Guide, "Calling AMI public parameters in Parameter Store".
func ownedByAWS(service, resource string) bool {
	return service == "ssm" && strings.HasPrefix(resource, "parameter/aws/service/")
}

// placeMeets compares region or account: an ARN either has one or must leave it empty.
func placeMeets(format, text string) bool {
	switch {
	case format == "":
		return strings.Trim(text, "*") == ""
	case text == "":
		return false
	case strings.HasPrefix(format, "${"):
		return true
	}
	return overlap(glyphs(format), glyphs(text))
}
