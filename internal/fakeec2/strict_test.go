package fakeec2

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"byocfn/internal/contract"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// TestEveryActionIsModelled, which a function of the network may call.
func TestEveryActionIsModelled(t *testing.T) {
	for _, name := range []string{"subnetfacts", "vpcdns", "endpointnames", "gatewayendpoint", "leftovers"} {
		function, ok := contract.Find(name)
		if !ok {
			t.Error(name)
		}
		for _, action := range function.Actions() {
			name, ours := strings.CutPrefix(action, "ec2:")
			if action, listed := strings.CutPrefix(action, "iam:"); listed && iamDialect().decode(action) == nil {
				t.Errorf("%s of %s is not modelled", action, function.Name)
			}
			if ours && decoder(name) == nil {
				t.Errorf("%s of %s is not modelled", action, function.Name)
			}
		}
	}
}

// TestClientsAtOnce create what only one can have.
func TestClientsAtOnce(t *testing.T) {
	c := world(t, Settings{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			client := function(t, c, "gatewayendpoint")
			_, err := gateway(t.Context(), client, "", "rtb-a", "velodb:managed", managed)
			if err != nil {
				wants(t, err, "RouteAlreadyExists")
			}
			_, err = client.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{})
			wants(t, err, "")
			c.Snapshot()
		})
	}
	all.Wait()
	if writes := c.Journal(); len(writes) != 1 || len(c.Calls()) != 16 {
		t.Errorf("%d writes, %d calls", len(writes), len(c.Calls()))
	}
}

// TestWithoutBreach: a test that forgets to listen cannot pass.
func TestWithoutBreach(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	_, _ = New(Settings{}).Client(Role{}).RunInstances(t.Context(), &ec2.RunInstancesInput{
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1)})
}

// FuzzRequest: whatever comes in, an answer in well-formed XML goes out, and a refusal changes
// nothing.
func FuzzRequest(f *testing.F) {
	for _, body := range []string{
		"", "%", "Action=\xff&Version=2016-11-15", "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=tag:%26&Filter.1.Value.1=%2A%2A%3F",
		"Action=CreateVpcEndpoint&Version=2016-11-15&VpcId=vpc-1&ServiceName=" + s3 + "&RouteTableId.1=rtb-a&ClientToken=%3C",
		"Action=CreateTags&Version=2016-11-15&ResourceId.1=vpc-1&Tag.1.Key=%3Ca%3E&Tag.1.Value=%00",
		"Action=DeleteTags&Version=2016-11-15&ResourceId.1=vpce-1&Tag.9999999999.Key=a",
		"Action=DescribeRouteTables&Version=2016-11-15&NextToken=" + search{}.sign() + "-1&MaxResults=5",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var b breaches
		c := world(t, Settings{Breach: b.add})
		before := c.Snapshot()
		request, _ := http.NewRequest(http.MethodPost, "https://ec2.invalid/", strings.NewReader(body))
		answer, err := wire{c, Role{Account: defaultAccount, Everything: true}, ec2Dialect()}.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(answer.Body)
		for err == nil {
			_, err = decoder.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%v", err)
		}
		changes := before.Differences(c.Snapshot())
		if answer.StatusCode != http.StatusOK && changes != nil || len(changes) > 0 && len(c.Journal()) != 1 {
			t.Errorf("%d and %v", answer.StatusCode, changes)
		}
	})
}
