package published

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/emit"
)

// Values says what stands for each placeholder of the published documents, such as <AWS_REGION>,
// or for a name that the document uses as an example. A placeholder with several values makes its
// text several texts.
type Values map[string][]string

// Read gives the statements of a published document after substitution. A document may also hold
// ManagedPolicyArns alone: policies of AWS that are to be attached. A placeholder without a value
// is an error. Without values the document's own words stay.
func Read(name string, document []byte, values Values) ([]Statement, error) {
	tree, err := emit.ParseJSON(document)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var problems []error
	r := reader{
		expand: func(v cfn.Value) []string {
			out, err := values.expand(v)
			problems = append(problems, err)
			return out
		},
		say: func(format string, args ...any) {
			problems = append(problems, fmt.Errorf(format, args...))
		},
	}
	m, _ := tree.(cfn.Map)
	var out []Statement
	if arns := m.Get("ManagedPolicyArns"); arns != nil {
		out = attachment(name, r.expand(arns))
	} else {
		out = r.statements(name, tree)
	}
	return out, errors.Join(problems...)
}

// expand substitutes in a text or in a list of them.
func (values Values) expand(v cfn.Value) ([]string, error) {
	list, isList := v.(cfn.List)
	if !isList && v != nil {
		list = cfn.Values(v)
	}
	var out []string
	for _, item := range list {
		texts := []string{plain(item.Value)}
		for _, placeholder := range values.longestFirst() {
			texts = replaced(texts, placeholder, values[placeholder])
		}
		for _, text := range texts {
			if left := placeholderIn(text); values != nil && left != "" {
				return nil, fmt.Errorf("no value stands for %s in %q", left, text)
			}
		}
		out = append(out, texts...)
	}
	return out, nil
}

// longestFirst keeps a placeholder that is a part of another one from taking its place.
func (values Values) longestFirst() []string {
	return slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
}

func replaced(texts []string, placeholder string, values []string) []string {
	var out []string
	for _, text := range texts {
		if !strings.Contains(text, placeholder) {
			out = append(out, text)
			continue
		}
		for _, value := range values {
			out = append(out, strings.ReplaceAll(text, placeholder, value))
		}
	}
	return out
}

// placeholderIn finds what still looks like a placeholder; IAM's own variables do not.
func placeholderIn(text string) string {
	for _, found := range regexp.MustCompile(`<[^<>]+>|\$\{[^}]*\}`).FindAllString(text, -1) {
		service, _, isVariable := strings.Cut(strings.Trim(found, "${}"), ":")
		if !isVariable || strings.ToLower(service) != service || found[0] == '<' {
			return found
		}
	}
	return ""
}
