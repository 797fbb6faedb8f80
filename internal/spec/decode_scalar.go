package spec

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// DecodeNode reads yes or no, and their synonyms, bare or quoted.
func (f *Flag) DecodeNode(n *source.Node, path string, diags *diag.List) {
	f.At = n.At
	if n.Kind != source.Scalar {
		source.WrongType(n, path, "yes or no", diags)
		return
	}
	var ok bool
	if f.Value, ok = flag(n.Value); !ok {
		diags.Error(n.At, "bad-flag", path+` must be yes or no, not "`+n.Value+`"`,
			"write yes or no")
	}
}

// flag reads the words for yes and no; ok is false for any other word.
func flag(word string) (value, ok bool) {
	switch strings.ToLower(word) {
	case "yes", "true", "on":
		return true, true
	case "no", "false", "off":
		return false, true
	}
	return false, false
}

// decimal is how a whole number is written: 010 and 1_000 mean different numbers to different
// readers.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// DecodeNode reads a whole number that fits 32 bits.
func (i *Number) DecodeNode(n *source.Node, path string, diags *diag.List) {
	i.At = n.At
	if n.Kind != source.Scalar {
		source.WrongType(n, path, "a whole number", diags)
		return
	}
	value, err := strconv.ParseInt(n.Value, 10, 32)
	switch {
	case n.Quoted && decimal.MatchString(n.Value):
		diags.Error(n.At, "bad-number", path+" must be a whole number, not a text",
			"remove the quotes")
	case !decimal.MatchString(n.Value):
		diags.Error(n.At, "bad-number", path+` must be a whole number, not "`+n.Value+`"`,
			"write decimal digits without leading zeros")
	case err != nil:
		diags.Error(n.At, "bad-number", path+" is out of range",
			"the largest number is "+strconv.Itoa(math.MaxInt32))
	default:
		i.Value = int(value)
	}
}

// portForm is a port or a range of ports.
var portForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,4})(?: *- *(0|[1-9][0-9]{0,4}))?$`)

const maxPort = 65535

// DecodeNode reads a port, a range such as 8000-10000, or a list of both.
func (p *Ports) DecodeNode(n *source.Node, path string, diags *diag.List) {
	*p = oneOrMany[PortRange](n, path, "a port, a range of ports or a list of them", diags)
}

// DecodeNode reads one port or range.
func (p *PortRange) DecodeNode(n *source.Node, path string, diags *diag.List) {
	p.At = n.At
	if n.Kind != source.Scalar {
		source.WrongType(n, path, "a port or a range of ports", diags)
		return
	}
	found := portForm.FindStringSubmatch(n.Value)
	if found == nil {
		diags.Error(n.At, "bad-port", path+` must be a port or a range, not "`+n.Value+`"`,
			"write a port such as 8666, or a range such as 8000-10000")
		return
	}
	// The pattern admits only digits, five at most.
	p.From, _ = strconv.Atoi(found[1])
	p.To = p.From
	if found[2] != "" {
		p.To, _ = strconv.Atoi(found[2])
	}
	switch {
	case p.To < p.From:
		diags.Error(n.At, "bad-port", path+" ends before it begins",
			"write "+strconv.Itoa(p.To)+"-"+strconv.Itoa(p.From))
	case p.To > maxPort:
		diags.Error(n.At, "bad-port", path+" is beyond the last port", "the last port is 65535")
	}
}

// DecodeNode reads a literal or a list of literals; numbers and booleans keep their spelling.
func (f *Fact) DecodeNode(n *source.Node, path string, diags *diag.List) {
	*f = Fact{IsList: n.Kind == source.Sequence, At: n.At}
	items := n.Items
	if !f.IsList {
		items = []*source.Node{n}
	}
	for i, item := range items {
		switch {
		case item.Kind == source.Scalar:
			f.Values = append(f.Values, item.Value)
		case f.IsList:
			source.WrongType(item, source.Item(path, i), "a text", diags)
		default:
			source.WrongType(item, path, "a text or a list of texts", diags)
		}
	}
}
