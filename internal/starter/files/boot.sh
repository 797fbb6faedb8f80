#!/bin/bash
# Sets the server up. A command that fails ends the script, and the stack says so.
set -euo pipefail

# The settings of the stack, for the service.
install -d -m 0755 /etc/‹.Name›
env | grep '^APP_' | sort >/etc/‹.Name›/app.env

# Fetch, check and start your software here:
#   aws s3 cp --region "$APP_REGION" "s3://YOUR-BUCKET/app.tar.gz" /var/tmp/app.tar.gz
#   echo "SHA256  /var/tmp/app.tar.gz" | sha256sum --check --strict
#   systemctl enable --now app
