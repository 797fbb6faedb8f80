package histories

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
	"byocfn/lambda/endpointnames"
	"byocfn/lambda/gatewayendpoint"
	"byocfn/lambda/leftovers"
	"byocfn/lambda/subnetfacts"
	"byocfn/lambda/vpcdns"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

var update = flag.Bool("update", false, "rewrite testdata/reasons.txt")

// A place whose names are as long as real ones: reasons are cut where they do not fit.
const (
	tokyo       = "ap-northeast-1"
	tokyoVPC    = "vpc-0a1b2c3d4e5f60718"
	tokyoSubnet = "subnet-0b1c2d3e4f5061728"
	tokyoTable  = "rtb-0c1d2e3f405162738"
	tokyoGroup  = "sg-0d1e2f30415263748"
	tokyoNames  = "vpce-0e1f203142536475a"
	otherVPC    = "vpc-0ffeeddccbbaa9988"
	otherSubnet = "subnet-0ffeeddccbbaa9988"
	gatewayS3   = "com.amazonaws." + tokyo + ".s3"
	sts         = "com.amazonaws." + tokyo + ".sts"
	vendorsOwn  = "com.amazonaws.vpce." + tokyo + ".vpce-svc-0f102132435465768"
	stackGUID   = "5f0c1d2e-3f40-4152-8637-48596a7b8c9d"
	agentRole   = "velodb-production-AgentRole-1A2B3C4D5E6F7"
	agentARN    = "arn:aws:iam::" + account + ":role/" + agentRole
)

// trouble is a failure that a customer may meet: what is in the way, and which function meets it.
type trouble struct {
	name, function string
	kind, id       string // of the request; Create where empty
	cloud          fakeec2.Settings
	set            func(*fakeec2.Cloud)
	asks           map[string]any // properties beside or instead of the usual ones
	without        string         // a Sid that is left out of the role
	bare           bool           // the reason only says what happened: nobody knows what to do
}

// landscape is a customer's VPC in which everything works.
func landscape(c *fakeec2.Cloud) {
	for _, id := range []string{tokyoVPC, otherVPC} {
		c.AddVPC(fakeec2.VPC{ID: id, CIDR: "10.0.0.0/16", DNSSupport: true, DNSHostnames: true})
	}
	zone := fakeec2.Subnet{CIDR: "10.0.1.0/24", Zone: tokyo + "a", ZoneID: "apne1-az4"}
	for subnet, vpc := range map[string]string{tokyoSubnet: tokyoVPC, otherSubnet: otherVPC} {
		zone.ID, zone.VPC = subnet, vpc
		c.AddSubnet(zone)
	}
	c.AddRouteTable(fakeec2.RouteTable{ID: tokyoTable, VPC: tokyoVPC, Main: true})
	c.AddService(fakeec2.Service{Name: gatewayS3, Type: "Gateway", PrefixList: "pl-61a54008"})
	c.AddService(fakeec2.Service{Name: sts, PrivateName: "sts." + tokyo + ".amazonaws.com",
		Zones: []string{tokyo + "a"}, ZoneIDs: []string{"apne1-az4"}})
	c.AddService(fakeec2.Service{Name: vendorsOwn, PrivateName: "api.velodb.example",
		NameState: "verified", Acceptance: true, ZoneIDs: []string{"apne1-az4", "apne1-az1"}})
	c.AddCustomerEndpoint(fakeec2.Endpoint{ID: tokyoNames, VPC: tokyoVPC, Type: "Interface",
		Service: vendorsOwn, Subnets: []string{tokyoSubnet}, State: "available",
		Tags: map[string]string{vendor + ":stack": stackGUID}})
	c.AddRole(fakeec2.IAMRole{Name: agentRole})
}

// usual are the properties of each function.
func usual() map[string]map[string]any {
	find := [][]string{}
	for _, kind := range []string{"instances", "networkInterfaces"} {
		find = append(find, []string{kind, "tag:resource-created-by", "velodb", "vpc-id", tokyoVPC})
	}
	return map[string]map[string]any{
		"gatewayendpoint": {"Service": "s3", "Existing": "adopt", "VpcId": tokyoVPC,
			"SubnetId": tokyoSubnet, "Vendor": vendor},
		"subnetfacts": {"VpcId": tokyoVPC, "SubnetId": tokyoSubnet, "Vendor": vendor,
			"ZoneIds": []string{"apne1-az4"}, "Services": []string{sts, vendorsOwn}},
		"vpcdns": {"VpcId": tokyoVPC},
		"endpointnames": {"VpcId": tokyoVPC, "EndpointIds": []string{tokyoNames},
			"SubnetIds": []string{tokyoSubnet}, "SecurityGroupIds": []string{tokyoGroup}},
		"leftovers": {"Find": listOfLists(find), "RoleArns": []string{agentARN},
			"Remove": []string{"Delete every warehouse in the VeloDB console",
				"Delete every warehouse in the VeloDB console"},
			"RemoveProfiles": []string{"Delete them with the AWS CLI: see README"}},
	}
}

// listOfLists is what CloudFormation sends.
func listOfLists(rows [][]string) (all []any) {
	for _, row := range rows {
		all = append(all, row)
	}
	return all
}

// reason lets the failure happen and gives what CloudFormation gets to read.
func (f trouble) reason() (engine.Answer, bool) {
	f.cloud.Region = tokyo
	cloud := fakeec2.New(f.cloud)
	landscape(cloud)
	if f.set != nil {
		f.set(cloud)
	}
	is, _ := contract.Find(f.function)
	e := engine.New(engine.Options{Account: account, Region: tokyo,
		Functions: map[string]engine.Function{"arn:f": {
			Timeout: time.Duration(is.Timeout) * time.Second,
			Start:   func(p *engine.Process) engine.Invoke { return f.start(p, cloud, is) },
		}}})
	request := engine.Request{Kind: "Create", LogicalID: is.ID, Type: is.Type, Token: "arn:f",
		StackID: "arn:aws:cloudformation:" + tokyo + ":" + account + ":stack/velodb-production/" +
			stackGUID, Timeout: time.Duration(is.Service) * time.Second}
	if f.kind != "" {
		request.Kind, request.PhysicalID = f.kind, f.id
	}
	properties := maps.Clone(usual()[f.function])
	maps.Copy(properties, f.asks)
	answer, ok := e.Inject(request, properties, func(map[string]any) {})
	e.Settle()
	return answer, ok
}

// start runs the real function with the permissions that it ships with.
func (f trouble) start(p *engine.Process, cloud *fakeec2.Cloud, is contract.Function) engine.Invoke {
	role := fakeec2.Role{Account: account, Name: "velodb-production-" + is.ID +
		"Role-1A2B3C4D5E6F7/velodb-production-" + is.ID + "Function-A1B2C3D4E5F6"}
	for _, permission := range is.Permissions {
		if permission.Sid != f.without {
			role.Permissions = append(role.Permissions, permission)
		}
	}
	role.Fill = map[string]string{"Vendor": vendor, "VpcId": tokyoVPC, "StackSuffix": stackGUID,
		"Service": "s3", "RoleArns": agentARN}
	client := cloud.Client(role, func(o *ec2.Options) { o.HTTPClient = p.Caller(o.HTTPClient) })
	switch is.Name {
	case "subnetfacts":
		return live(p, subnetfacts.New(client))
	case "vpcdns":
		return live(p, vpcdns.New(client))
	case "endpointnames":
		return live(p, endpointnames.New(client))
	case "leftovers":
		return live(p, leftovers.New(client, cloud.IAM(role, func(o *iam.Options) {
			o.HTTPClient = p.Caller(o.HTTPClient)
		})))
	}
	return live(p, gatewayendpoint.New(client))
}

func live[P any](p *engine.Process, f customresource.Function[P]) engine.Invoke {
	return customresource.New(
		func(context.Context) (customresource.Function[P], error) { return f, nil },
		customresource.Options{Client: p.Client(), Log: slog.New(slog.DiscardHandler)},
	).Invoke
}

// longestReason is what the console shows without a click.
const longestReason = 300

// TestReasons holds the reason of every failure, as CloudFormation gets it, against a file that
// people read: it must name the cause, the state or the missing action, and what to do.
func TestReasons(t *testing.T) {
	const golden = "testdata/reasons.txt"
	var all strings.Builder
	for _, f := range troubles() {
		reason := ""
		synctest.Test(t, func(t *testing.T) {
			answer, ok := f.reason()
			if !ok || answer.Status != "FAILED" {
				t.Errorf("%s: %s is answered with %q", f.function, f.name, answer.Status)
			}
			reason = answer.Reason
		})
		if n := len([]rune(reason)); n == 0 || n >= longestReason {
			t.Errorf("%s: %s has %d characters", f.function, f.name, n)
		}
		if wayOn.MatchString(reason) == f.bare {
			t.Errorf("%s: %s: says what to do: %t: %s", f.function, f.name, f.bare, reason)
		}
		fmt.Fprintf(&all, "# %s: %s\n%s\n\n", f.function, f.name, reason)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n\n"), strings.Split(all.String(), "\n\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("differs from %s (-update rewrites it):\n%s", golden,
				strings.Join(is[min(i, len(is)-1):], "\n\n"))
		}
	}
}

// wayOn knows the verbs that the reasons tell the customer with.
var wayOn = regexp.MustCompile(`\b(?i:allow|ask|choose|delete|fix|give|name|put|remove|set|` +
	`stop|switch|try|update|use|verify)\b`)
