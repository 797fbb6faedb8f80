package emit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"go.yaml.in/yaml/v4"
)

// Parse reads one YAML document as a value. Short tags become functions with their long names, as
// do mappings whose only key is Ref or Fn::…; comments are dropped; a bare date stays a text.
//
// An error has the line. What a template cannot hold is an error: null, fractions, anchors, a key
// twice, a key that is not a text, a second document.
func Parse(text []byte) (cfn.Value, error) {
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		return nil, err
	}
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		return nodeValue(doc.Content[0])
	}
	return nodeValue(&doc)
}

func nodeValue(n *yaml.Node) (cfn.Value, error) {
	if n.Anchor != "" || n.Kind == yaml.AliasNode {
		return nil, nodeError(n, "anchors and aliases are not allowed")
	}
	v, err := untagged(n)
	if err != nil {
		return nil, err
	}
	if name, ok := longName(n.Tag); ok {
		return cfn.Fn{Name: name, Arg: argument(name, v)}, nil
	}
	if fn, ok := asFn(v); ok {
		return fn, nil
	}
	return v, nil
}

// argument cuts the short spelling of Fn::GetAtt in two.
func argument(name string, v cfn.Value) cfn.Value {
	if s, ok := v.(cfn.String); ok && name == "Fn::GetAtt" {
		if id, attr, ok := splitAtt(string(s)); ok {
			return cfn.Strings(id, attr)
		}
	}
	return v
}

// longName gives the function of a short tag: !Sub is Fn::Sub.
func longName(tag string) (string, bool) {
	name, short := strings.CutPrefix(tag, "!")
	if !short || name == "" || strings.HasPrefix(name, "!") {
		return "", false
	}
	if name == "Ref" || name == "Condition" {
		return name, true
	}
	return "Fn::" + name, true
}

// untagged reads what a node holds, apart from the function that its tag may name.
func untagged(n *yaml.Node) (cfn.Value, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return nodeMap(n)
	case yaml.SequenceNode:
		l := make(cfn.List, len(n.Content))
		for i, c := range n.Content {
			v, err := nodeValue(c)
			if err != nil {
				return nil, err
			}
			l[i].Value = v
		}
		return l, nil
	case yaml.ScalarNode:
		return nodeScalar(n)
	}
	return nil, nodeError(n, "there is no value")
}

func nodeMap(n *yaml.Node) (cfn.Value, error) {
	m := make(cfn.Map, 0, len(n.Content)/2)
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
			return nil, nodeError(key, "a key must be a text")
		}
		if seen[key.Value] {
			return nil, nodeError(key, "the key %q stands twice", key.Value)
		}
		seen[key.Value] = true
		v, err := nodeValue(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		m = append(m, cfn.Entry{Key: key.Value, Value: v})
	}
	return m, nil
}

func nodeScalar(n *yaml.Node) (cfn.Value, error) {
	if _, fn := longName(n.Tag); fn {
		return cfn.String(n.Value), nil
	}
	switch n.Tag {
	case "!!str", "!!timestamp":
		return cfn.String(n.Value), nil
	case "!!bool":
		b, err := strconv.ParseBool(strings.ToLower(n.Value))
		if err != nil {
			return nil, nodeError(n, "%q is no boolean", n.Value)
		}
		return cfn.Bool(b), nil
	case "!!int":
		var i int64
		if err := n.Decode(&i); err != nil {
			return nil, nodeError(n, "%q is no whole number of 64 bits", n.Value)
		}
		return cfn.Int(i), nil
	}
	return nil, nodeError(n, "%s %q is nothing that a template holds", n.Tag, n.Value)
}

func nodeError(n *yaml.Node, format string, args ...any) error {
	if n.Line == 0 {
		return errors.New("the document is empty")
	}
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}
