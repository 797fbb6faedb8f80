package source

import (
	"regexp"
	"strings"
)

// YAML 1.2's core schema, section 10.3.2 of the specification.
var (
	intPattern   = regexp.MustCompile(`^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	floatPattern = regexp.MustCompile(
		`^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` +
			`|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// tagOf gives the type of a plain scalar by the core schema. Yes, no, on and off count as bool as
// well: people mean it, and a YAML 1.1 reader reads it so.
func tagOf(plain string) string {
	switch plain {
	case "", "~", "null", "Null", "NULL":
		return "null"
	case "true", "True", "TRUE", "false", "False", "FALSE",
		"yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF":
		return "bool"
	}
	if strings.IndexByte("+-.0123456789", plain[0]) < 0 {
		return "str"
	}
	switch {
	case intPattern.MatchString(plain):
		return "int"
	case floatPattern.MatchString(plain):
		return "float"
	}
	return "str"
}

// trap tells of plain keys that are a boolean or a null to some YAML reader: to YAML 1.1, which
// CloudFormation and many tools read, `on:` is the key true.
func trap(plain string) bool {
	switch plain {
	case "y", "Y", "n", "N":
		return true
	}
	tag := tagOf(plain)
	return tag == "bool" || tag == "null"
}
