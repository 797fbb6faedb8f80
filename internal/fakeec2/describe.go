package fakeec2

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
)

// search is what all Describe actions have in common.
type search struct {
	filters []filter
	ids     []string
	max     int
	token   string
}

type filter struct {
	name   string
	values []string
}

// search takes filters, ids and paging from a request.
func (p *params) search(ids string) search {
	s := search{max: p.number("MaxResults"), token: p.text("NextToken")}
	for i := range p.size("Filter") {
		at := "Filter." + strconv.Itoa(i+1)
		s.filters = append(s.filters, filter{p.text(at + ".Name"), p.list(at + ".Value")})
	}
	if ids != "" {
		s.ids = p.list(ids)
	}
	return s
}

// shelf is how one kind of object is looked up: fields gives the values of a filter, and false for
// one that EC2 does not know; sees hides objects of other accounts; write is for the response.
type shelf[T kind[T]] struct {
	from    *store[T]
	fields  func(value *T, filter string) ([]string, bool)
	sees    func(*T) bool
	missing string // code for an id that is not there
	noun    string
	write   func([]*T)
}

// describing decodes a Describe action, which knows no resources. ids is its parameter of objects.
func describing[T kind[T]](ids string, in func(*run) shelf[T]) func(*params) operation {
	return func(p *params) operation {
		s := p.search(ids)
		return func(r *run) error {
			if err := r.permit(r.call.Action, free()); err != nil {
				return err
			}
			shelf := in(r)
			found, next, err := find(r, shelf, s)
			shelf.write(found)
			r.out.text("nextToken", next)
			return err
		}
	}
}

// inSet writes a list of objects.
func inSet[T any](r *run, set string, item func(*T)) func([]*T) {
	return func(found []*T) { list(&r.out, set, found, item) }
}

// find gives the objects that a search means, as this read sees them, and the token of the next
// page. Pages are cut before filters apply, so that one may be empty and not the last.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html (pagination)
func find[T kind[T]](r *run, in shelf[T], s search) (found []*T, next string, err error) {
	start, size, err := r.paging(s)
	if err != nil {
		return nil, "", err
	}
	if err := known(in.fields, s.filters); err != nil {
		return nil, "", err
	}
	for _, id := range s.ids {
		if o := in.from.find(id); o == nil || seen(r, in, o) == nil {
			return nil, "", refuse(in.missing, "The %s '%s' does not exist", in.noun, id)
		}
	}
	for i, o := range in.from.objects {
		if i < start {
			continue
		}
		if size > 0 && i >= start+size {
			return found, s.sign() + strconv.Itoa(i), nil
		}
		value := seen(r, in, o)
		if value == nil || (s.ids != nil && !slices.Contains(s.ids, o.id)) {
			continue
		}
		if passes(in.fields, s.filters, value) {
			found = append(found, value)
		}
	}
	return found, "", nil
}

// seen is an object as this read shows it, nil where it is not visible.
func seen[T kind[T]](r *run, in shelf[T], o *object[T]) *T {
	value := o.at(r.moment(o.id))
	if value == nil || (in.sees != nil && !in.sees(value)) {
		return nil
	}
	return value
}

// moment is the time whose state a read shows of an object. The first answer holds for the request.
// EC2 is eventually consistent.
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
func (r *run) moment(id string) time.Time {
	if r.settings.Lag == nil {
		return r.now
	}
	if r.moments == nil {
		r.moments = map[string]time.Time{}
	}
	if _, asked := r.moments[id]; !asked {
		r.moments[id] = r.now.Add(-r.settings.Lag(r.call, id))
	}
	return r.moments[id]
}

// paging checks MaxResults and NextToken. That ids and MaxResults exclude each other is documented
// for DescribeVpcs and others, and unverified for endpoints.
func (r *run) paging(s search) (start, size int, err error) {
	size = s.max
	switch {
	case s.max != 0 && s.ids != nil:
		return 0, 0, refuse("InvalidParameterCombination",
			"The parameter maxResults cannot be used with a list of IDs")
	case s.max != 0 && (s.max < 5 || s.max > 1000):
		return 0, 0, refuse("InvalidParameterValue", "Value ( %d ) for parameter maxResults is "+
			"invalid. Expecting a value from 5 to 1000.", s.max)
	case s.ids == nil && r.settings.Page > 0 && (size == 0 || size > r.settings.Page):
		size = r.settings.Page
	}
	if s.token == "" {
		return 0, size, nil
	}
	at, ours := strings.CutPrefix(s.token, s.sign())
	start, err = strconv.Atoi(at)
	if !ours || err != nil {
		return 0, 0, refuse("InvalidNextToken", "The token '%s' is invalid", s.token)
	}
	return start, size, nil
}

// sign begins the tokens of a search: they are good for no other.
func (s search) sign() string {
	sum := fnv.New32a()
	_, _ = fmt.Fprint(sum, s.filters, s.ids)
	return strconv.FormatUint(uint64(sum.Sum32()), 36) + "."
}

// known refuses a search with a filter that EC2 does not have.
func known[T any](fields func(*T, string) ([]string, bool), filters []filter) error {
	for _, f := range filters {
		if _, known := fields(new(T), f.name); !known {
			return refuse("InvalidFilter", "The filter '%s' is invalid", f.name)
		}
		if len(f.values) == 0 || len(f.values) > 200 {
			return refuse("InvalidParameterValue", "The filter '%s' has %d values", f.name,
				len(f.values))
		}
	}
	return nil
}

func passes[T any](
	fields func(*T, string) ([]string, bool), filters []filter, value *T,
) bool {
	for _, f := range filters {
		have, _ := fields(value, f.name)
		if !slices.ContainsFunc(have, func(value string) bool {
			return slices.ContainsFunc(f.values, func(wanted string) bool {
				return like(wanted, value)
			})
		}) {
			return false
		}
	}
	return true
}

// like compares as filters do: * is any text, ? any character, and a backslash takes what follows
// as it is. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
func like(pattern, text string) bool {
	if !strings.ContainsAny(pattern, `*?\`) {
		return pattern == text
	}
	for ; pattern != ""; pattern = pattern[1:] {
		switch {
		case pattern[0] == '*':
			for i := range len(text) + 1 {
				if like(pattern[1:], text[i:]) {
					return true
				}
			}
			return false
		case pattern[0] == '\\' && len(pattern) > 1:
			pattern = pattern[1:]
			if !strings.HasPrefix(text, pattern[:1]) {
				return false
			}
		case text == "" || (pattern[0] != '?' && pattern[0] != text[0]):
			return false
		}
		text = text[1:]
	}
	return text == ""
}

// tagField gives the values of the filters that all tagged objects have.
func tagField(tags map[string]string, name string) ([]string, bool) {
	if name == "tag-key" {
		return sortedKeys(tags), true
	}
	key, ok := strings.CutPrefix(name, "tag:")
	if value, tagged := tags[key]; ok && tagged {
		return []string{value}, true
	}
	return nil, ok
}
