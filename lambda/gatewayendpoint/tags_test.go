package gatewayendpoint

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"byocfn/internal/ec2test"
)

// askTagged asks as the stack's resource does whose template names a security group.
func askTagged() request {
	r := ask("guid", "S3", "subnet-a", "")
	r.Properties.TagsOf = "sg-1"
	return r
}

// marked gives the tags of an endpoint that askTagged makes, with some of the customer's.
func marked(theirs map[string]string) map[string]string {
	all := tagsOf(marksOf(askTagged()).all())
	maps.Copy(all, theirs)
	return all
}

func many(n int) map[string]string {
	all := map[string]string{}
	for i := range n {
		all[fmt.Sprintf("team-%02d", i)] = "a"
	}
	return all
}

func TestTags(t *testing.T) {
	tests := []struct {
		name  string
		group map[string]string
		late  time.Duration // until they are visible
		want  map[string]string
		note  string
	}{
		{"the customer's, over several pages",
			map[string]string{"Kosten Stelle": "4711 Süd", "b": "", "Owner": "ops@corp.example", "z/1": "="}, 0,
			map[string]string{"Kosten Stelle": "4711 Süd", "b": "", "Owner": "ops@corp.example", "z/1": "="}, ""},
		{"not those of AWS, and no name",
			map[string]string{"aws:cloudformation:stack-name": "s", "AWS:x": "y", "Name": "s Mesh", "name": "kept"}, 0,
			map[string]string{"name": "kept"}, ""},
		{"none that say whose it is", map[string]string{"velodb:managed": "by me", "velodb:stack": "other",
			"velodb:user/guid-2/01": "S3", "velodb:cost": "reef"}, 0, map[string]string{"velodb:cost": "reef"}, ""},
		{"visible after a while", map[string]string{"a": "b"}, 5 * time.Second, map[string]string{"a": "b"}, ""},
		{"never visible", map[string]string{"a": "b"}, time.Hour, nil, ""},
		{"as many as fit", many(40), 0, many(40), ""},
		{"too many", many(42), 0, many(40), "2 tags of sg-1 did not fit on the endpoint, which takes 50, " +
			"some of them for what shares it: team-40, team-41"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
				f.groupTags, f.tagsSeen = test.group, time.Now().Add(test.late)
				a, err := fn.Create(ctx, askTagged())
				dataOf(t, a, err)
				if got := f.live()[0].tags; !maps.Equal(got, marked(test.want)) || a.Reason != test.note {
					t.Errorf("got %v, reason %q", got, a.Reason)
				}
			})
		})
	}
}

// TestTagsAreReadOnlyToMakeSomething: not without TagsOf, and not where an endpoint is used as it is.
func TestTagsAreReadOnlyToMakeSomething(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		f.groupTags = map[string]string{"a": "b"}
		a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
		dataOf(t, a, err)
		a, err = fn.Create(ctx, askTagged())
		if dataOf(t, a, err).Mode != "owned" || f.Count("DescribeTags") != 0 || len(f.live()) != 1 {
			t.Errorf("calls %q", f.Calls)
		}
	})
}

func TestTagsRefused(t *testing.T) {
	busy, denied := ec2test.Error("RequestLimitExceeded", "slow"), ec2test.Error("UnauthorizedOperation", "no")
	for _, test := range []struct {
		name   string
		errs   []error
		spell  time.Duration // how long DescribeTags is denied after that
		reason string
	}{
		{"throttled", []error{busy, busy, busy}, 0, ""},
		{"denied until the policy has spread", nil, 50 * time.Second, ""},
		{"denied", nil, time.Hour, "ec2:DescribeTags is denied"},
		{"odd", []error{ec2test.Error("InvalidFilter", "odd")}, 0, "ec2:DescribeTags failed: InvalidFilter"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
				f.groupTags = map[string]string{"a": "b"}
				f.Fail = map[string][]error{"DescribeTags": test.errs}
				end := time.Now().Add(test.spell)
				f.hook = func(operation string) {
					if operation == "DescribeTags" && time.Now().Before(end) {
						f.Fail[operation] = []error{denied}
					}
				}
				begin := time.Now()
				a, err := fn.Update(ctx, func() request { r := askTagged(); r.PhysicalID = "old/1"; return r }())
				if test.reason == "" {
					if dataOf(t, a, err); f.live()[0].tags["a"] != "b" {
						t.Errorf("tags %v", f.live()[0].tags)
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), test.reason) || a.PhysicalID != "" {
					t.Errorf("got %+v, %v", a, err)
				}
				if len(f.Writes()) > 0 || time.Since(begin) > 80*time.Second {
					t.Errorf("after %v and %q", time.Since(begin), f.Writes())
				}
			})
		})
	}
}

// TestTagsChangeBetweenTries: the first try made the endpoint, but nobody saw it. The second one reads
// other tags; EC2 must neither refuse its token nor be made to make a second endpoint.
func TestTagsChangeBetweenTries(t *testing.T) {
	for _, change := range []map[string]string{{"a": "2"}, {"a": "1", "new": ""}, {"c": "b"}, {}} {
		bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
			f.groupTags = map[string]string{"a": "1"}
			first, err := fn.Create(ctx, askTagged())
			data := dataOf(t, first, err)
			f.groupTags, f.endpoints[0].seen = change, time.Now().Add(6*time.Second)
			second, err := fn.Create(ctx, askTagged())
			if dataOf(t, second, err) != data || second.PhysicalID != first.PhysicalID || len(f.live()) != 1 {
				t.Errorf("%v: got %+v, writes %q", change, second, f.Writes())
			}
			if _, err := fn.Delete(ctx, ask("guid", "S3", "subnet-a", second.PhysicalID)); err != nil || len(f.live()) > 0 {
				t.Errorf("%v, left %d", err, len(f.live()))
			}
		})
	}
}

// TestFullEndpointCanBeShared: an endpoint with as many tags as fit still takes other users.
func TestFullEndpointCanBeShared(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		f.groupTags = many(50)
		a, err := fn.Create(ctx, askTagged())
		dataOf(t, a, err)
		for i := range joiners {
			a, err := fn.Create(ctx, ask(fmt.Sprint("other", i), "S3", "subnet-a", ""))
			if dataOf(t, a, err).Mode != "shared" {
				t.Errorf("got %+v", a)
			}
		}
	})
}
