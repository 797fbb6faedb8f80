package clusterfacts

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/fakeec2"
	"byocfn/internal/fakeeks"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

const (
	id       = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"
	issuedBy = "oidc.eks.eu-north-1.amazonaws.com/id/" + id
	sts      = "sts.amazonaws.com"
	stackID  = "arn:aws:cloudformation:eu-north-1:111122223333:stack/kelp/5f0c-guid"
)

// role is the function's own, for one cluster.
func role(name string) fakeeks.Role {
	f, _ := contract.Find("clusterfacts")
	return fakeeks.Role{Permissions: f.Permissions, Fill: map[string]string{"ClusterName": name}}
}

func ask(p properties) request {
	return request{StackID: stackID, LogicalID: "ClusterFacts", Properties: p,
		Log: slog.New(slog.DiscardHandler)}
}

// reef is a cluster with a provider that knows its audience.
func reef(c *fakeeks.Cloud) {
	c.SetCluster(fakeeks.Cluster{Name: "Reef_7", Issuer: "https://" + issuedBy,
		AccessMode: "API_AND_CONFIG_MAP"})
	c.SetProvider(fakeeks.Provider{Issuer: issuedBy, Audiences: []string{"x", sts}})
}

// is changes the cluster of reef.
func is(change func(*fakeeks.Cluster)) func(*fakeeks.Cloud) {
	return func(c *fakeeks.Cloud) {
		cluster := fakeeks.Cluster{Name: "Reef_7", Issuer: "https://" + issuedBy, AccessMode: "API"}
		change(&cluster)
		c.SetCluster(cluster)
	}
}

func denied(action string) func(*fakeeks.Role) {
	return func(r *fakeeks.Role) { r.Boundary = action }
}

// failing refuses the first calls of an action.
func failing(action string, times int, fault fakeec2.Fault) func(*fakeeks.Role) {
	return func(r *fakeeks.Role) {
		r.Hook = func(call fakeeks.Call) fakeec2.Fault {
			if call.Action != action || times == 0 {
				return fakeec2.Fault{}
			}
			times--
			return fault
		}
	}
}

const (
	describe = "eks:DescribeCluster"
	get      = "iam:GetOpenIDConnectProvider"
)

// TestCreate reads clusters in every state. The reason is what CloudFormation shows.
func TestCreate(t *testing.T) {
	both := properties{ClusterName: "Reef_7", Facts: []string{"AccessMode", "OidcIssuer"}}
	entries := both
	entries.Expect = [][]string{{"AccessMode", "No access entries: launch without", "API"}}
	noIssuer := properties{ClusterName: "Reef_7", Facts: []string{"AccessMode"}}
	named := func(name string) properties { return properties{ClusterName: name, Facts: both.Facts} }
	read := func(mode string) contract.ClusterFactsData {
		return contract.ClusterFactsData{OidcIssuer: issuedBy, AccessMode: mode}
	}
	tests := []struct {
		name   string
		ask    properties
		cloud  func(*fakeeks.Cloud)
		role   func(*fakeeks.Role)
		want   contract.ClusterFactsData
		says   string // the whole reason, or its beginning before …
		within time.Duration
	}{
		{name: "all is well", ask: both, want: read("API_AND_CONFIG_MAP")},
		{name: "an update goes on", ask: both, want: read("API"),
			cloud: is(func(c *fakeeks.Cluster) { c.Status = "UPDATING" })},
		{name: "a state of the future", ask: both, want: read("API"),
			cloud: is(func(c *fakeeks.Cluster) { c.Status = "HIBERNATING" })},
		{name: "before access entries", ask: both, want: read("CONFIG_MAP"),
			cloud: is(func(c *fakeeks.Cluster) { c.AccessMode = "" })},
		{name: "nobody asks for the issuer", ask: noIssuer, cloud: is(func(c *fakeeks.Cluster) {
			c.Issuer = ""
		}), want: contract.ClusterFactsData{AccessMode: "API"}},
		{name: "as expected", ask: entries, cloud: is(func(*fakeeks.Cluster) {}), want: read("API")},
		{name: "not as expected", ask: entries,
			says: "No access entries: launch without (AccessMode is API_AND_CONFIG_MAP)"},
		{name: "no name", ask: named(""), says: "ClusterName is empty: name an EKS cluster"},
		{name: "the wrong case", ask: named("reef_7"), says: "account 111122223333 has no EKS " +
			"cluster reef_7 in eu-north-1: check the name, upper and lower case too, and launch the " +
			"stack in the region of the cluster"},
		{name: "being made", ask: both, cloud: is(func(c *fakeeks.Cluster) { c.Status = "CREATING" }),
			says: "cluster Reef_7 is CREATING: wait until it is ACTIVE, then try again"},
		{name: "going", ask: both, cloud: is(func(c *fakeeks.Cluster) { c.Status = "DELETING" }),
			says: "cluster Reef_7 is DELETING: name another one"},
		{name: "failed", ask: both, cloud: is(func(c *fakeeks.Cluster) {
			c.Status, c.Issue = "FAILED", "VpcNotFound"
		}), says: "cluster Reef_7 is FAILED (VpcNotFound): repair it or name another one, then try again"},
		{name: "failed, nobody knows why", ask: both,
			cloud: is(func(c *fakeeks.Cluster) { c.Status = "FAILED" }),
			says:  "cluster Reef_7 is FAILED: repair it or name another one, then try again"},
		{name: "connected", ask: both, cloud: is(func(c *fakeeks.Cluster) {
			c.Status, c.Connected, c.Issuer = "PENDING", true, ""
		}), says: "cluster Reef_7 is only registered in EKS (EKS Connector), so …"},
		{name: "on an Outpost", ask: both, cloud: is(func(c *fakeeks.Cluster) {
			c.Outpost, c.Issuer = true, ""
		}), says: "cluster Reef_7 runs on an Outpost and has no OIDC issuer, so its service accounts …"},
		{name: "on an Outpost, with an issuer", ask: both, want: read("API"),
			cloud: is(func(c *fakeeks.Cluster) { c.Outpost = true })},
		{name: "no issuer", ask: both, cloud: is(func(c *fakeeks.Cluster) { c.Issuer = "" }),
			says: "cluster Reef_7 has no OIDC issuer, so its service accounts cannot take roles: name …"},
		{name: "an odd issuer", ask: both,
			cloud: is(func(c *fakeeks.Cluster) { c.Issuer = `https://a"b/id/*` }),
			says:  `cluster Reef_7 has an issuer that IAM does not take, "https://a\"b/id/*": name another one`},
		{name: "no provider", ask: both, cloud: is(func(c *fakeeks.Cluster) {
			c.Issuer = "https://oidc.eks.eu-north-1.amazonaws.com/id/OTHER"
		}), within: 40 * time.Second, says: "the cluster has no identity provider in IAM, so its " +
			"service accounts cannot take roles: run eksctl utils associate-iam-oidc-provider " +
			"--region eu-north-1 --cluster Reef_7 --approve, then try again"},
		{name: "a provider of just before", ask: both, want: read("API_AND_CONFIG_MAP"),
			cloud: func(c *fakeeks.Cloud) {
				c.SetProvider(fakeeks.Provider{Issuer: issuedBy, Audiences: []string{sts},
					From: time.Now().Add(15 * time.Second)})
			}, within: 40 * time.Second},
		{name: "another audience", ask: both, cloud: func(c *fakeeks.Cloud) {
			c.SetProvider(fakeeks.Provider{Issuer: issuedBy, Audiences: []string{"sts.amazonaws.com.cn"}})
		}, says: "the identity provider " + issuedBy + " in IAM lacks the audience " +
			"sts.amazonaws.com: add it with aws iam add-client-id-to-open-id-connect-provider, then " +
			"try again"},
		{name: "the cluster is denied", ask: both, role: denied(describe), within: 80 * time.Second,
			says: "eks:DescribeCluster is denied for kelp-cluster on cluster/Reef_7: an explicit deny in a " +
				"permissions boundary. Change that policy, then try again"},
		{name: "the provider is denied", ask: both, role: denied(get), within: 80 * time.Second,
			says: "iam:GetOpenIDConnectProvider is denied for kelp-cluster on oidc-provider/…"},
		{name: "a policy of just before", ask: both, want: read("API_AND_CONFIG_MAP"),
			role:   func(r *fakeeks.Role) { r.From = time.Now().Add(31 * time.Second) },
			within: 60 * time.Second},
		{name: "throttled for a while", ask: both, want: read("API_AND_CONFIG_MAP"),
			role: failing(describe, 7, fakeec2.Throttle()), within: 60 * time.Second},
		{name: "IAM throttles", ask: both, want: read("API_AND_CONFIG_MAP"),
			role: failing(get, 7, fakeec2.Throttle()), within: 60 * time.Second},
		{name: "throttled for good", ask: both, role: failing(describe, -1, fakeec2.Throttle()),
			within: 100 * time.Second,
			says:   "eks:DescribeCluster failed: EKS is busy or limits the calls of this account (…"},
		{name: "EKS is down for a while", ask: both, want: read("API_AND_CONFIG_MAP"),
			role: failing(describe, 6, fakeec2.Fault{Code: "InternalError", Status: 500}), within: time.Minute},
		{name: "IAM is down for a while", ask: both, want: read("API_AND_CONFIG_MAP"),
			role: failing(get, 6, fakeec2.Fault{Code: "InternalError", Status: 500}), within: time.Minute},
		{name: "a lost answer", ask: both, want: read("API_AND_CONFIG_MAP"),
			role: failing(describe, 1, fakeec2.Lose()), within: 30 * time.Second},
		{name: "something new", ask: both, role: failing(get, 1, fakeec2.Refuse("Odd", "Never seen")),
			says: "iam:GetOpenIDConnectProvider failed: Odd: Never seen"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := fakeeks.New(fakeeks.Settings{Breach: t.Errorf})
				reef(cloud)
				if test.cloud != nil {
					test.cloud(cloud)
				}
				who := role(test.ask.ClusterName)
				if test.role != nil {
					test.role(&who)
				}
				begin := time.Now()
				f := New(cloud.EKS(who), cloud.IAM(who))
				got, err := f.Create(t.Context(), ask(test.ask))
				said := text(err)
				beginning, cut := strings.CutSuffix(test.says, "…")
				if said != test.says && (!cut || !strings.HasPrefix(said, beginning)) {
					t.Errorf("says %q", said)
				}
				if err == nil && got.Data != test.want {
					t.Errorf("got %+v", got.Data)
				}
				if want := "cluster-facts/" + test.ask.ClusterName; got.PhysicalID != want {
					t.Errorf("id %s", got.PhysicalID)
				}
				if took := time.Since(begin); took > max(test.within, time.Second) {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// TestReasonsFit holds every reason against 300 characters, with the longest name there is.
func TestReasonsFit(t *testing.T) {
	name := strings.Repeat("w", 100)
	p := properties{ClusterName: name, Facts: []string{"OidcIssuer"},
		Expect: [][]string{{"AccessMode", strings.Repeat("é", 200), "CONFIG_MAP"}}}
	url := "https://oidc.eks.ap-southeast-7.amazonaws.com/id/" + id
	none := fakeeks.Provider{}
	for reason, world := range map[string]struct {
		cluster  fakeeks.Cluster
		provider fakeeks.Provider
	}{
		"has no EKS":    {fakeeks.Cluster{Name: "x"}, none},
		"CREATING":      {fakeeks.Cluster{Status: "CREATING"}, none},
		"FAILED":        {fakeeks.Cluster{Status: "FAILED", Issue: "Ec2SecurityGroupNotFound"}, none},
		"EKS Connector": {fakeeks.Cluster{Connected: true}, none},
		"on an Outpost": {fakeeks.Cluster{Outpost: true}, none},
		"has no OIDC":   {fakeeks.Cluster{}, none},
		"does not take": {fakeeks.Cluster{Issuer: "https://" + strings.Repeat(`"`, 300)}, none},
		"eksctl utils":  {fakeeks.Cluster{Issuer: url}, none},
		"lacks the audience": {fakeeks.Cluster{Issuer: url},
			fakeeks.Provider{Issuer: url[8:], Audiences: []string{"x"}}},
		"AccessMode is": {fakeeks.Cluster{Issuer: url, AccessMode: "API_AND_CONFIG_MAP"},
			fakeeks.Provider{Issuer: url[8:], Audiences: []string{sts}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			cloud := fakeeks.New(fakeeks.Settings{Region: "ap-southeast-7", Breach: t.Errorf})
			if world.cluster.Name == "" {
				world.cluster.Name = name
			}
			cloud.SetCluster(world.cluster)
			cloud.SetProvider(world.provider)
			r := ask(p)
			r.StackID = strings.Replace(stackID, "eu-north-1", "ap-southeast-7", 1)
			_, err := New(cloud.EKS(role(name)), cloud.IAM(role(name))).Create(t.Context(), r)
			said := text(err)
			if n := len([]rune(said)); !strings.Contains(said, reason) || n > 300 {
				t.Errorf("%d characters: %s", n, said)
			}
		})
	}
}

// TestIssuers reads the issuers of other partitions and of clusters with both kinds of addresses: the
// role may ask for their providers.
func TestIssuers(t *testing.T) {
	for _, test := range []struct{ partition, region, issuer string }{
		{"aws-cn", "cn-north-1", "oidc.eks.cn-north-1.amazonaws.com.cn/id/" + id},
		{"aws-cn", "cn-north-1", "oidc-eks.cn-north-1.api.amazonwebservices.com.cn/id/" + id},
		{"aws", "us-east-2", "oidc-eks.us-east-2.api.aws/id/" + id},
	} {
		synctest.Test(t, func(t *testing.T) {
			cloud := fakeeks.New(fakeeks.Settings{Partition: test.partition, Region: test.region,
				Breach: t.Errorf})
			cloud.SetCluster(fakeeks.Cluster{Name: "r", Issuer: "https://" + test.issuer})
			cloud.SetProvider(fakeeks.Provider{Issuer: test.issuer, Audiences: []string{sts}})
			r := ask(properties{ClusterName: "r", Facts: []string{"OidcIssuer"}})
			r.StackID = "arn:" + test.partition + ":cloudformation:" + test.region +
				":111122223333:stack/kelp/5f0c-guid"
			got, err := New(cloud.EKS(role("r")), cloud.IAM(role("r"))).Create(t.Context(), r)
			want := contract.ClusterFactsData{OidcIssuer: test.issuer, AccessMode: "CONFIG_MAP"}
			if err != nil || got.Data != want {
				t.Errorf("%+v %v", got.Data, err)
			}
		})
	}
}

// TestDelete calls nothing: the cluster may be gone, and the role's policy too.
func TestDelete(t *testing.T) {
	cloud := fakeeks.New(fakeeks.Settings{Breach: t.Errorf})
	f := New(cloud.EKS(fakeeks.Role{}), cloud.IAM(fakeeks.Role{}))
	for _, p := range []properties{{}, {ClusterName: "gone", Expect: [][]string{nil}}} {
		if _, err := f.Delete(t.Context(), ask(p)); err != nil {
			t.Error(err)
		}
	}
	if calls := cloud.Calls(); len(calls) > 0 {
		t.Errorf("calls %v", calls)
	}
}

// TestEveryResourceIsNeeded takes one resource away at a time; another cluster's is none of them.
func TestEveryResourceIsNeeded(t *testing.T) {
	f, _ := contract.Find("clusterfacts")
	for i, p := range f.Permissions {
		synctest.Test(t, func(t *testing.T) {
			cloud := fakeeks.New(fakeeks.Settings{Breach: t.Errorf})
			reef(cloud)
			who := role("Reef_7")
			who.Permissions = slices.Delete(slices.Clone(f.Permissions), i, i+1)
			r := ask(properties{ClusterName: "Reef_7", Facts: []string{"OidcIssuer"}})
			if _, err := New(cloud.EKS(who), cloud.IAM(who)).Create(t.Context(), r); err == nil ||
				!strings.HasPrefix(err.Error(), p.Actions[0]+" is denied") {
				t.Errorf("without %s: %v", p.Sid, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		cloud := fakeeks.New(fakeeks.Settings{Breach: t.Errorf})
		reef(cloud)
		r := ask(properties{ClusterName: "Reef_7"})
		other := role("Reef")
		if _, err := New(cloud.EKS(other), cloud.IAM(other)).Create(t.Context(), r); err == nil {
			t.Error("the role of one cluster reads another")
		}
	})
}

// TestExpected holds facts against what a stack expects of them.
func TestExpected(t *testing.T) {
	data := contract.ClusterFactsData{AccessMode: "CONFIG_MAP"}
	for _, test := range []struct {
		row  []string
		says string
	}{
		{[]string{"AccessMode", "no entries", "API", "CONFIG_MAP"}, ""},
		{[]string{"AccessMode", "no entries", "API", "config_map"}, "no entries (AccessMode is CONFIG_MAP)"},
		{[]string{"OidcIssuer", "other", "x"}, "other (OidcIssuer is )"},
		{[]string{"Version", "old", "1.99"}, "Expect speaks of Version, which this function does not read"},
		{[]string{"AccessMode", "no values"}, "a row of Expect needs an attribute, a sentence and values"},
		{nil, "a row of Expect needs an attribute, a sentence and values"},
	} {
		err := expected([][]string{{"AccessMode", "fine", "CONFIG_MAP"}, test.row}, data)
		if said := text(err); said != test.says {
			t.Errorf("%q: %s", test.row, said)
		}
	}
}

// TestEveryAccessModeIsKnown holds the contract's list against the SDK's.
func TestEveryAccessModeIsKnown(t *testing.T) {
	var all []string
	for _, mode := range types.AuthenticationMode("").Values() {
		all = append(all, string(mode))
	}
	slices.Sort(all)
	if !slices.Equal(all, contract.AccessModes()) {
		t.Errorf("the SDK knows %v", all)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
