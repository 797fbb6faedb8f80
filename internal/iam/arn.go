package iam

import (
	"fmt"
	"strings"
)

// SplitARN cuts an ARN into its six parts: arn, partition, service, region, account, resource.
// Colons inside ${...} do not count; the resource keeps its own. Fewer than six parts: not an ARN.
func SplitARN(text string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(text) && len(parts) < 5; {
		if ref := leadingReference(text[i:]); ref != "" {
			i += len(ref)
			continue
		}
		if text[i] == ':' {
			parts = append(parts, text[start:i])
			start = i + 1
		}
		i++
	}
	return append(parts, text[start:])
}

// IsARN tells whether a text begins as a full ARN.
func IsARN(text string) bool { return strings.HasPrefix(text, "arn:") }

// HardPartition tells whether a text names a partition where ${AWS::Partition} would work in every
// one of them. "arn:*:" names none.
func HardPartition(text string) bool {
	return strings.HasPrefix(text, "arn:aws")
}

// SoftPartition gives a full ARN with ${AWS::Partition} in place of a named partition.
func SoftPartition(text string) string {
	parts := SplitARN(text)
	if !HardPartition(text) || len(parts) < 6 {
		return text
	}
	parts[1] = "${AWS::Partition}"
	return strings.Join(parts, ":")
}

// Complete makes a full ARN of a short one: SERVICE:RESOURCE, as in ec2:instance/* or
// s3:bucket-name/*. The facts say whether region and account belong into it. References stay as
// they are, whether in a short ARN or alone; "*" and full ARNs are returned unchanged. Where it
// cannot complete (or a full ARN is malformed) ok is false and why is one line without a period.
func Complete(f *Facts, short string) (full string, ok bool, why string) {
	c := f.completed.of(short, func() (c completed) {
		c.full, c.ok, c.why = complete(f, short)
		return c
	})
	return c.full, c.ok, c.why
}

// completed is an answer of Complete.
type completed struct {
	full string
	ok   bool
	why  string
}

func complete(f *Facts, short string) (full string, ok bool, why string) {
	switch {
	case short == "*" || leadingReference(short) != "":
		return short, true, ""
	case IsARN(short):
		why = invalidARN(f, short)
		return short, why == "", why
	}
	prefix, resource, found := strings.Cut(short, ":")
	if !found || prefix == "" || resource == "" {
		return short, false, fmt.Sprintf(
			"%q is neither an ARN nor a short ARN such as ec2:instance/*", short)
	}
	service, known := f.Service(prefix)
	if !known {
		return short, false, noService(f, prefix)
	}
	region, account, fits := shapeOf(service, resource)
	if !fits {
		return short, false, fmt.Sprintf("%s has no resource like %q%s", prefix, resource,
			didYouMean(suggestResource(service, resource)))
	}
	if ownedByAWS(service.Prefix, resource) {
		account = ""
	}
	full = "arn:${AWS::Partition}:" + service.Prefix + ":" + region + ":" + account + ":" + resource
	return full, true, ""
}

// candidate is an ARN format that a short ARN may be of.
type candidate struct {
	region, account string
	shared          int  // leading letters that format and text have in common
	entered         bool // the format's literal beginning lies within them
}

// shapeOf finds the region and account of a resource. The formats that share most of the text's
// beginning decide; ec2:*/* shares nothing with any, so the shape which most of them have wins
// (statements about images, which have no account, then need an entry of their own).
func shapeOf(s Service, resource string) (region, account string, ok bool) {
	var best []candidate
	for _, c := range candidates(s, resource) {
		switch {
		case len(best) == 0 || c.better(best[0]):
			best = []candidate{c}
		case !best[0].better(c):
			best = append(best, c)
		}
	}
	most, count := candidate{}, map[string]int{}
	for _, c := range best {
		key := c.region + ":" + c.account
		count[key]++
		if count[key] > count[most.region+":"+most.account] {
			most = c
		}
	}
	return most.region, most.account, len(best) > 0
}

func (c candidate) better(o candidate) bool {
	if c.entered != o.entered {
		return c.entered
	}
	return c.shared > o.shared
}

func candidates(s Service, resource string) []candidate {
	var out []candidate
	text := patternOf(resource, anyRun)
	for _, t := range s.Types {
		for _, format := range t.arns {
			if format.service != s.Prefix || !overlap(text, format.glyphs.resource) {
				continue
			}
			literal := literalHead(format.resource)
			shared := commonHead(literal, literalHead(resource))
			out = append(out, candidate{
				region:  place(format.region, "${AWS::Region}"),
				account: place(format.account, "${AWS::AccountId}"),
				shared:  shared, entered: shared == len(literal),
			})
		}
	}
	return out
}

// place turns a format's part into that of a template; a few formats hold a fixed region or "*".
func place(part, pseudo string) string {
	if strings.HasPrefix(part, "${") {
		return pseudo
	}
	return part
}

// literalHead gives a text up to its first wildcard or reference.
func literalHead(text string) string {
	end := strings.IndexAny(text, "*?")
	if ref := strings.Index(text, "${"); ref >= 0 && (end < 0 || ref < end) {
		end = ref
	}
	if end < 0 {
		return text
	}
	return text[:end]
}

func commonHead(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// invalidARN says what is wrong with a full ARN, or "".
func invalidARN(f *Facts, text string) string {
	parts := SplitARN(text)
	switch {
	case len(parts) < 6:
		return fmt.Sprintf("%q has %d parts; an ARN has six: "+
			"arn:partition:service:region:account:resource", text, len(parts))
	case parts[1] == "" || parts[2] == "" || parts[5] == "":
		return fmt.Sprintf("%q lacks its partition, service or resource", text)
	case !opaque(parts[2]) && !knownARNService(f, parts[2]):
		return noService(f, parts[2])
	}
	return ""
}

// knownARNService knows the services of ARNs; some, such as opensearch, are no prefix of actions.
func knownARNService(f *Facts, name string) bool {
	if _, ok := f.Service(name); ok {
		return true
	}
	return strings.Contains(f.text, "\t"+name+":")
}

// opaque tells whether a part holds wildcards or references, so that its value is not known.
func opaque(text string) bool { return literalHead(text) != text }

// suggestResource gives a short ARN's resource with the type that was probably meant.
func suggestResource(s Service, resource string) string {
	head := literalHead(resource)
	cut := strings.IndexAny(head, "/:")
	if cut < 0 {
		return ""
	}
	var heads []string
	for _, t := range s.Types {
		for _, format := range t.arns {
			at := strings.IndexAny(literalHead(format.resource), "/:")
			if format.service == s.Prefix && at >= 0 {
				heads = append(heads, format.resource[:at+1])
			}
		}
	}
	if near := nearest(head[:cut+1], heads); near != "" {
		return s.Prefix + ":" + near + resource[cut+1:]
	}
	return ""
}

func noService(f *Facts, prefix string) string {
	return fmt.Sprintf("%q is no service of AWS%s", prefix, didYouMean(f.SuggestService(prefix)))
}

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", word)
}
