SET ‹VpcId›‹only where AgentUser is on›
‹the output BucketName›‹Role.Arn›‹up to here›
