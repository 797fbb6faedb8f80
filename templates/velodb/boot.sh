#!/bin/bash
# Installs the VeloDB agent with Prometheus and FluentBit: fetch the archive, check it, start.
# AGENT_URL and AGENT_SHA256 come from the stack's parameters; the archive is reached through the
# S3 endpoint, so no way to the internet is needed.
set -euo pipefail

archive=/var/tmp/velodb-agent.tar.gz
curl --fail --silent --show-error --location --retry 10 --retry-delay 6 --retry-all-errors \
  --output "$archive" "$AGENT_URL"
echo "$AGENT_SHA256  $archive" | sha256sum --check --strict

id velodb &>/dev/null || useradd --system --home-dir /opt/velodb --shell /sbin/nologin velodb
install -d -o velodb -g velodb -m 0750 /opt/velodb /etc/velodb
tar --extract --gzip --file "$archive" --directory /opt/velodb --no-same-owner
rm -f "$archive"

# The agent's own settings: everything that the stack told us under VELODB_.
env | grep '^VELODB_' | sort >/etc/velodb/agent.env
chown velodb:velodb /etc/velodb/agent.env

# Agents older than 4.0 find the access key of their user in a file; newer ones need none.
if [[ -n $VELODB_KEY_SECRET ]]; then
  aws secretsmanager get-secret-value --region "$VELODB_REGION" --secret-id "$VELODB_KEY_SECRET" \
    --query SecretString --output text >/etc/velodb/access-key.json
  chown velodb:velodb /etc/velodb/access-key.json
fi

for unit in velodb-agent prometheus fluent-bit; do
  install -m 0644 "/opt/velodb/systemd/$unit.service" /etc/systemd/system/
done
systemctl daemon-reload
systemctl enable --now velodb-agent prometheus fluent-bit
sleep 15 # a unit that fails at once is seen as failed by then
for unit in velodb-agent prometheus fluent-bit; do
  systemctl is-active --quiet "$unit"
done
