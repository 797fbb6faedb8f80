package iam

import "strings"

// Suggest gives the known action nearest to a misspelt one, or "" where none is near. It knows the
// API operations whose action has another name, such as s3:ListObjects.
func (f *Facts) Suggest(name string) string {
	prefix, short, ok := strings.Cut(name, ":")
	if !ok {
		return ""
	}
	if other := actionOfOperation(strings.ToLower(name)); other != "" {
		return other
	}
	s, ok := f.Service(prefix)
	if !ok {
		return f.suggestService(prefix, short)
	}
	if near := nearest(short, s.Names); near != "" {
		return s.Prefix + ":" + near
	}
	return ""
}

// suggestService repairs the prefix and keeps the action where the other service knows it.
func (f *Facts) suggestService(prefix, short string) string {
	other := f.SuggestService(prefix)
	if other == "" {
		return ""
	}
	if a, ok := f.Action(other + ":" + short); ok {
		return a.Full()
	}
	return other + ":" + short
}

// SuggestService gives the service prefix meant by a misspelt one or by the name of an SDK client
// or endpoint, or "".
func (f *Facts) SuggestService(prefix string) string {
	lower := strings.ToLower(prefix)
	if other := prefixOfClient(lower); other != "" {
		return other
	}
	return nearest(lower, f.Prefixes())
}

// prefixOfClient knows clients and endpoints that are named unlike their IAM prefix.
func prefixOfClient(name string) string {
	switch name {
	case "elb", "elbv2", "elasticloadbalancingv2":
		return "elasticloadbalancing"
	case "efs":
		return "elasticfilesystem"
	case "emr":
		return "elasticmapreduce"
	case "stepfunctions", "sfn":
		return "states"
	case "eventbridge":
		return "events"
	case "monitoring":
		return "cloudwatch"
	case "cloudwatchlogs":
		return "logs"
	case "secrets-manager", "secretmanager":
		return "secretsmanager"
	case "opensearch":
		return "es"
	case "msk":
		return "kafka"
	}
	return ""
}

// actionOfOperation knows operations that are allowed by an action of another name. Source: Amazon
// S3 API Reference and User Guide, "Required permissions for Amazon S3 API operations".
func actionOfOperation(name string) string {
	switch name {
	case "s3:listobjects", "s3:listobjectsv2", "s3:headbucket":
		return "s3:ListBucket"
	case "s3:listobjectversions":
		return "s3:ListBucketVersions"
	case "s3:headobject":
		return "s3:GetObject"
	case "s3:copyobject", "s3:uploadpart", "s3:createmultipartupload", "s3:completemultipartupload":
		return "s3:PutObject"
	case "s3:deleteobjects":
		return "s3:DeleteObject"
	case "s3:listbuckets":
		return "s3:ListAllMyBuckets"
	case "s3:listmultipartuploads":
		return "s3:ListBucketMultipartUploads"
	case "s3:listparts":
		return "s3:ListMultipartUploadParts"
	case "lambda:invoke":
		return "lambda:InvokeFunction"
	}
	return ""
}

// nearest gives the candidate with the fewest changes, at most a third of the word's length. Among
// equals the one that begins alike longest wins, then the first. Letter case does not count.
func nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, least, head := "", len(word)/3, -1
	for _, c := range candidates {
		lower := strings.ToLower(c)
		d := distance(word, lower, least+1)
		if shared := commonHead(word, lower); d < least || d == least && shared > head {
			best, least, head = c, d, shared
		}
	}
	return best
}

// distance counts letters inserted, left out, changed or swapped; it may stop early at limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(last[j]+1, next[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}
