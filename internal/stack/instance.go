package stack

import (
	"strconv"

	"github.com/awslabs/goformation/v7/cloudformation/cloudformation"
	"github.com/awslabs/goformation/v7/cloudformation/ec2"
	"github.com/awslabs/goformation/v7/cloudformation/tags"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// launchTemplate writes out what the vendor does not choose: IMDSv2 only, and an encrypted root
// disk. A hop limit of 1 keeps credentials from containers behind a bridge.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
func launchTemplate(t *tickets, l *plan.LaunchTemplate) draft {
	data := &ec2.LaunchTemplate_LaunchTemplateData{
		ImageId: t.maybe(l.Image),
		MetadataOptions: &ec2.LaunchTemplate_MetadataOptions{
			HttpEndpoint:            new("enabled"),
			HttpTokens:              new("required"),
			HttpPutResponseHopLimit: new(1),
		},
		BlockDeviceMappings: []ec2.LaunchTemplate_BlockDeviceMapping{{
			DeviceName: new(t.text("name of the root device", literal(l.Device))),
			Ebs: &ec2.LaunchTemplate_Ebs{
				Encrypted:           new(true),
				VolumeType:          t.word(l.DiskType),
				VolumeSize:          number(l.DiskSize),
				DeleteOnTermination: new(true),
			},
		}},
		UserData: t.maybe(encoded(l.UserData)),
	}
	if l.Profile != nil {
		data.IamInstanceProfile = &ec2.LaunchTemplate_IamInstanceProfile{Name: t.maybe(l.Profile)}
	}
	template := &ec2.LaunchTemplate{LaunchTemplateData: data}
	if len(l.Tags) > 0 {
		template.TagSpecifications = []ec2.LaunchTemplate_LaunchTemplateTagSpecification{{
			ResourceType: new("launch-template"),
			Tags:         tagList(t, l.Tags),
		}}
	}
	edits := append(tagComments("TagSpecifications/0/Tags", l.Tags), edit{
		path:    "LaunchTemplateData/MetadataOptions",
		comment: "Credentials only by IMDSv2, and only on the instance itself",
	}, edit{path: disk(l), comment: l.DiskComment})
	return draft{typed: template, edits: edits}
}

// disk gives the place that the comment about the disk is about.
func disk(l *plan.LaunchTemplate) string {
	if l.DiskSize == 0 {
		return "LaunchTemplateData/BlockDeviceMappings/0"
	}
	return "LaunchTemplateData/BlockDeviceMappings/0/Ebs/VolumeSize"
}

// instance starts from the latest version of its template. The number is create-only, so a new
// version makes a new instance.
func instance(t *tickets, i *plan.Instance) draft {
	var id, version cfn.Value
	if i.LaunchTemplate != "" {
		id = cfn.Ref(i.LaunchTemplate)
		version = cfn.GetAtt(i.LaunchTemplate, "LatestVersionNumber")
	}
	return draft{
		typed: &ec2.Instance{
			LaunchTemplate: &ec2.Instance_LaunchTemplateSpecification{
				LaunchTemplateId: t.maybe(id),
				Version:          t.text("launch template", version),
			},
			InstanceType:                    t.maybe(i.Type),
			SubnetId:                        t.maybe(i.Subnet),
			SecurityGroupIds:                t.list("security group", i.SecurityGroups),
			PropagateTagsToVolumeOnCreation: new(true),
			Tags:                            tagList(t, i.Tags),
		},
		edits: tagComments("Tags", i.Tags),
	}
}

// encoded is user data as EC2 wants it; nil stays nil.
func encoded(v cfn.Value) cfn.Value {
	if v == nil {
		return nil
	}
	return cfn.Base64(v)
}

// waitHandle has no properties.
func waitHandle() draft { return draft{typed: &cloudformation.WaitConditionHandle{}} }

// waitCondition waits for one signal.
func waitCondition(t *tickets, w *plan.WaitCondition) draft {
	return draft{typed: &cloudformation.WaitCondition{
		Handle:  new(t.text("handle", w.Handle)),
		Timeout: new(strconv.Itoa(w.Timeout)),
	}}
}

// literal gives nil for an empty text.
func literal(s string) cfn.Value {
	if s == "" {
		return nil
	}
	return cfn.String(s)
}

func tagList(t *tickets, ts []plan.Tag) []tags.Tag {
	var out []tags.Tag
	for _, tag := range ts {
		out = append(out, tags.Tag{
			Key:   t.text("key of a tag", literal(tag.Key)),
			Value: t.text("value of tag "+tag.Key, tag.Value),
		})
	}
	return out
}

// tagComments puts the comments of tags above them, wherever their list is.
func tagComments(list string, ts []plan.Tag) []edit {
	var out []edit
	for i, tag := range ts {
		out = append(out, edit{path: list + "/" + strconv.Itoa(i), comment: tag.Comment})
	}
	return out
}

// tagTree is a list of tags for a resource whose struct has no field for them.
func tagTree(ts []plan.Tag) cfn.Map {
	if len(ts) == 0 {
		return nil
	}
	var list cfn.List
	for _, tag := range ts {
		list = append(list, cfn.Item{Comment: tag.Comment, Value: cfn.Map{
			{Key: "Key", Value: cfn.String(tag.Key)},
			{Key: "Value", Value: tag.Value},
		}})
	}
	return cfn.Map{{Key: "Tags", Value: list}}
}
