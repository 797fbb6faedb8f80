package iam

import "strings"

// whollyOpaque tells whether a text begins with a reference, so that nothing is known of it.
func whollyOpaque(text string) bool { return leadingReference(text) != "" }

// arn is an ARN, or the format of one, taken apart, with the patterns that its parts are.
type arn struct {
	service, region, account, resource string
	glyphs                             struct{ service, region, account, resource []glyph }
}

// formatOf takes a format apart. A variable in its resource stands for anything, except in S3, where
// bucket/key and bucket differ by the slash alone. All formats of the facts have six parts.
func formatOf(format string) arn {
	out := arnOf(SplitARN(format), anyRun)
	if out.service == "s3" {
		head, key, found := strings.Cut(out.resource, "/${ObjectName}")
		out.glyphs.resource = patternOf(head, partRun)
		if found {
			rest := append(letters("/"), patternOf("*"+key, anyRun)...)
			out.glyphs.resource = append(out.glyphs.resource, rest...)
		}
	}
	return out
}

// arnOf reads six parts; the references in the resource stand for what is given.
func arnOf(parts []string, reference byte) arn {
	out := arn{service: parts[2], region: parts[3], account: parts[4], resource: parts[5]}
	out.glyphs.service = patternOf(out.service, anyRun)
	out.glyphs.region = glyphs(out.region)
	out.glyphs.account = glyphs(out.account)
	out.glyphs.resource = patternOf(out.resource, reference)
	return out
}

// hits gives the names of a service's types that a resource may be one of: its own Type names them,
// or one ARN exists which both the type's format and the text describe.
func (s Service) hits(r Resource) map[string]bool {
	reference := partRun
	if r.Wildcards {
		reference = anyRun
	}
	parts := SplitARN(r.Text)
	if len(parts) != 6 && r.Type == "" {
		return nil
	}
	var text arn
	if r.Type == "" {
		text = arnOf(parts, reference)
	}
	out := map[string]bool{}
	for _, t := range s.Types {
		for _, format := range t.arns {
			if r.Type != "" && format.ofKind(t.Name, r.Type) ||
				r.Type == "" && format.meets(text) {
				out[t.Name] = true
				break
			}
		}
	}
	return out
}

// ofKind compares with a named kind, service:type; the service is that of the ARN, because sts and
// ec2 have a type role that is one of iam.
func (format arn) ofKind(name, kind string) bool {
	service, want, _ := strings.Cut(kind, ":")
	return strings.EqualFold(name, want) && (format.service == service || opaque(format.service))
}

func (format arn) meets(text arn) bool {
	if !overlap(format.glyphs.service, text.glyphs.service) {
		return false
	}
	owner := placeMeets(format.account, text.account, format.glyphs.account, text.glyphs.account) ||
		text.account == "" && ownedByAWS(text.service, text.resource)
	if !owner ||
		!placeMeets(format.region, text.region, format.glyphs.region, text.glyphs.region) {
		return false
	}
	if text.service != "s3" && leadingReference(text.resource) == text.resource {
		return true // the reference may stand for type and name
	}
	return overlap(format.glyphs.resource, text.glyphs.resource)
}

// ownedByAWS knows the public parameters of Systems Manager, whose ARNs have no account. Source:
// Systems Manager User Guide, "Calling AMI public parameters in Parameter Store".
func ownedByAWS(service, resource string) bool {
	return service == "ssm" && strings.HasPrefix(resource, "parameter/aws/service/")
}

// placeMeets compares region or account: an ARN either has one or must leave it empty.
func placeMeets(format, text string, formatGlyphs, textGlyphs []glyph) bool {
	switch {
	case format == "":
		return strings.Trim(text, "*") == ""
	case text == "":
		return false
	case strings.HasPrefix(format, "${"):
		return true
	}
	return overlap(formatGlyphs, textGlyphs)
}
