package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/published"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// product is what the templates of a vendor need besides themselves to be launched.
type product struct {
	name string
	// values goes with the template's defaults, or in place of its examples: what names things of the
	// account, and what is awkward, by parameter or STACK/parameter. ACCOUNT in them stands for the
	// account's id; a parameter without a default may have several, A|B.
	values map[string]string
	// customer makes what these values name.
	customer func(t *testing.T, a *account)
	// looks says, by stack, what matters beyond what the template says of itself.
	looks map[string]func(t *testing.T, s *stack)
}

func products() []product { return []product{capillaries(), e6data(), streamnative(), tonic()} }

// houseRules are entered together or not at all, and cannot change where names are fixed.
var houseRules = map[string]string{
	"PermissionsBoundary": boundaryName, "NamePrefix": prefix, "IamPath": path,
}

// TestProducts launches, changes and deletes every stack of every product but velodb, in every
// combination of what a customer may choose (in so many that any two choices meet, where there are more
// than 16). What must come of it is read from the template by internal/published, which knows nothing of MiniStack.
func TestProducts(t *testing.T) {
	t.Parallel()
	var names []string
	for _, p := range products() {
		names = append(names, p.name)
	}
	w := newWorld(t, names...)
	for _, variant := range slices.Sorted(maps.Keys(w.templates)) {
		vendor, stack, _ := strings.Cut(variant, "/")
		p, is := products()[slices.Index(names, vendor)], w.templates[variant]
		all, refused := allowed(is, p.choices(t, is, stack))
		t.Run(variant+" refused", func(t *testing.T) { p.refused(t, w, variant, refused) })
		chosen := covering(all)
		t.Logf("%s: %d launches of %d, %d refused", variant, len(chosen), len(all), len(refused))
		for i, row := range chosen {
			t.Run(fmt.Sprintf("%s %d", variant, i), func(t *testing.T) {
				t.Parallel()
				launch{p, is, row, farthest(all, row), p.looks[stack]}.live(t, w, variant)
			})
		}
	}
	expectations(t, w)
	w.beside(t, "profiles left", profilesLeft)
	w.beside(t, "another template", other)
	w.beside(t, "mistakes", mistakes)
}

// keysOf names what is held.
func keysOf(all holdings) []string { return slices.Sorted(maps.Keys(all)) }

// refused enters what the rules of the template refuse.
func (p product) refused(t *testing.T, w *world, variant string, rows []map[string]string) {
	t.Parallel()
	if len(rows) == 0 {
		return
	}
	a, is := w.account(t, variant), w.templates[variant]
	for _, row := range rows {
		s := &stack{account: a, name: a.unique("refused"), variant: variant, params: p.entered(a, is, row)}
		err := s.create(t)
		says := func(text string) bool { return strings.Contains(err.Error(), text) }
		if err == nil || !slices.ContainsFunc(is.refusals(row), says) {
			t.Fatalf("%v: %v, want one of %q", row, err, is.refusals(row))
		}
	}
}

// launch is the life of one stack: what is entered first, and what an update enters.
type launch struct {
	product    product
	is         template
	row, other map[string]string
	look       func(t *testing.T, s *stack)
}

func (l launch) live(t *testing.T, w *world, variant string) {
	a := w.account(t, variant)
	a.boundary(t, "vendors", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	if l.product.customer != nil {
		l.product.customer(t, a)
	}
	before := a.holdings(t)
	s := &stack{account: a, name: a.unique(strings.ReplaceAll(variant, "/", "-")), variant: variant,
		params: l.product.entered(a, l.is, l.row)}
	if err := s.create(t); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "CREATE_COMPLETE")
	made := s.holds(t, before)
	if l.look == nil {
		t.Errorf("nobody looks at %s", variant)
	} else {
		l.look(t, s)
	}
	if err := s.update(t, nil); err == nil || !strings.Contains(err.Error(), "No updates are to be performed") {
		t.Errorf("an update that changes nothing: %v", err)
	}
	if l.other == nil {
		t.Fatalf("nothing to update to from %v", l.row)
	}
	l.changed(t, s, before, made)
	l.look(t, s)
	l.failed(t, s)
	made = s.holds(t, before)
	maps.Copy(before, s.retained(made, s.resources(t), nil))
	s.delete(t)
	if diff := cmp.Diff(before, a.holdings(t)); diff != "" {
		t.Errorf("the deletion leaves (+), or took (-):\n%s", diff)
	}
}

// changed goes through a change set to the other values. What the update leaves behind is from then on
// among what was there before.
func (l launch) changed(t *testing.T, s *stack, before, made holdings) {
	t.Helper()
	now := s.evaluated(t).Made()
	next := l.product.entered(s.account, l.is, l.other)
	later := open(t, l.is, s, next).Made()
	var want []string
	for _, id := range later {
		if !slices.Contains(now, id) {
			want = append(want, "Add "+id)
		}
	}
	for _, id := range now {
		if !slices.Contains(later, id) {
			want = append(want, "Remove "+id)
		}
	}
	ids, said := s.resources(t), s.plan(t, next)
	said = slices.DeleteFunc(said, func(one string) bool { return strings.HasPrefix(one, "Modify ") })
	slices.Sort(want)
	slices.Sort(said)
	if diff := cmp.Diff(want, said, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the change set says (+) in place of (-):\n%s", diff)
	}
	s.wait(t, "UPDATE_COMPLETE")
	s.params = next
	maps.Copy(before, s.retained(made, ids, later))
	s.holds(t, before)
}

// failed updates back to the first values with a template that has one more resource, which nobody
// can make and which comes last: everything must be as before.
func (l launch) failed(t *testing.T, s *stack) {
	t.Helper()
	before, ids, outputs := s.holdings(t), s.resources(t), s.outputs(t)
	first := l.product.entered(s.account, l.is, l.row)
	fails := must(json.Marshal(map[string]any{
		"Type": "AWS::IAM::ManagedPolicy", "DependsOn": open(t, l.is, s, first).Made(),
		"Properties": map[string]any{"Roles": []string{"nobody"}, "PolicyDocument": map[string]any{
			"Version":   "2012-10-17",
			"Statement": []any{map[string]string{"Effect": "Deny", "Action": "*", "Resource": "*"}},
		}},
	}))(t)
	text := strings.Replace(string(l.is.json), `"Resources": {`, `"Resources": {"Fails": `+string(fails)+",", 1)
	if err := s.updateWith(t, text, first); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "UPDATE_ROLLBACK_COMPLETE")
	if said := strings.Join(s.failures(t), "\n"); !strings.Contains(said, "Fails CREATE_FAILED") &&
		!strings.Contains(said, "Fails UPDATE_FAILED") || !strings.Contains(said, "cannot be found") {
		t.Errorf("it fails with %s", said)
	}
	if diff := cmp.Diff(before, s.holdings(t)); diff != "" {
		t.Errorf("the rollback leaves (+) in place of (-):\n%s", diff)
	}
	if diff := cmp.Diff(ids, s.resources(t)); diff != "" {
		t.Errorf("the rollback replaced something:\n%s", diff)
	}
	if diff := cmp.Diff(outputs, s.outputs(t)); diff != "" {
		t.Errorf("the rollback changed outputs:\n%s", diff)
	}
}

// open evaluates a template for values. Ids that only AWS knows are those that the stack has now.
func open(t *testing.T, is template, s *stack, values map[string]string) *published.Stack {
	t.Helper()
	id := *s.describe(t).StackId
	launched := must(published.Open(is.json, published.Inputs{
		Region: region, Account: s.id, StackName: s.name, StackUUID: id[strings.LastIndex(id, "/")+1:],
		Parameters: values, Attributes: s.attributes(t),
	}))(t)
	return launched
}

// evaluated is the stack as its template says.
func (s *stack) evaluated(t *testing.T) *published.Stack {
	t.Helper()
	return open(t, s.world.templates[s.variant], s, s.params)
}

// holds compares the stack with what its template says, and everything in the account with that and
// with what was there before. It gives what the template says.
func (s *stack) holds(t *testing.T, before holdings) holdings {
	t.Helper()
	said, differences := s.compare(t, before)
	for _, diff := range differences {
		t.Errorf("%v: (+) in place of (-):\n%s", s.params, diff)
	}
	return said
}

func (s *stack) compare(t *testing.T, before holdings) (said holdings, differences []string) {
	t.Helper()
	is := s.evaluated(t)
	said = s.said(t, is)
	want := maps.Clone(before)
	maps.Copy(want, said)
	want.attach(t, is)
	for _, diff := range []string{
		cmp.Diff(slices.Sorted(slices.Values(is.Made())), slices.Sorted(maps.Keys(s.resources(t)))),
		cmp.Diff(is.Outputs(), s.outputs(t)), cmp.Diff(want, s.holdings(t)),
	} {
		if diff != "" {
			differences = append(differences, diff)
		}
	}
	if err := is.Err(); err != nil {
		t.Error(err)
	}
	return said, differences
}

// other deploys another template than the one that the test evaluates, which must not go unseen: the
// control of all comparisons.
func other(t *testing.T, w *world) {
	a := w.account(t, "tonic/structural")
	before, s := a.holdings(t), tonic().least(t, a, "structural")
	if err := s.create(t); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "CREATE_COMPLETE")
	s.holds(t, before)
	text := string(w.templates[s.variant].json)
	for _, change := range []*strings.Replacer{
		strings.NewReplacer("s3:PutBucketNotification", "s3:PutBucketPolicy"),
		strings.NewReplacer("CREATE USER", "DROP USER"), strings.NewReplacer("ec2.amazonaws.com", "ecs.amazonaws.com"),
	} {
		if err := s.updateWith(t, change.Replace(text), s.params); err != nil {
			t.Fatal(err)
		}
		s.wait(t, "UPDATE_COMPLETE")
		if _, found := s.compare(t, before); len(found) != 1 {
			t.Errorf("the comparison says %q", found)
		}
	}
}
