#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an OCI image layout (OCI image specification 1.1, "Image Layout") for skopeo to push.

usage: oci_layout.py FOLDER [--index] [--annotation NAME=VALUE]… FILE=MEDIA_TYPE…

Each FILE is a layer of one manifest, which the layout names "image"; --index puts an index around
it. NAME follows "org.opencontainers.image.".
"""

import argparse
import hashlib
import json
import os

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--index", action="store_true")
parser.add_argument("--annotation", action="append", default=[])
parser.add_argument("layers", nargs="+")
options = parser.parse_args()

TYPES = "application/vnd.oci.image."
blobs = os.path.join(options.folder, "blobs", "sha256")
os.makedirs(blobs)


def put(data, media_type):
    name = hashlib.sha256(data).hexdigest()
    with open(os.path.join(blobs, name), "wb") as blob:
        blob.write(data)
    return {"mediaType": media_type, "digest": "sha256:" + name, "size": len(data)}


def put_json(document, media_type):
    return put(json.dumps(document).encode(), media_type)


layers = []
for layer in options.layers:
    path, media_type = layer.split("=", 1)
    with open(path, "rb") as file:
        layers.append(put(file.read(), media_type))
config = put_json({"architecture": "amd64", "os": "linux",
                   "rootfs": {"type": "layers", "diff_ids": [l["digest"] for l in layers]}},
                  TYPES + "config.v1+json")
annotations = dict(annotation.split("=", 1) for annotation in options.annotation)
top = put_json({"schemaVersion": 2, "mediaType": TYPES + "manifest.v1+json", "config": config,
                "layers": layers,
                "annotations": {"org.opencontainers.image." + name: value
                                for name, value in annotations.items()}},
               TYPES + "manifest.v1+json")
if options.index:
    top["platform"] = {"os": "linux", "architecture": "amd64"}
    top = put_json({"schemaVersion": 2, "mediaType": TYPES + "index.v1+json", "manifests": [top]},
                   TYPES + "index.v1+json")
top["annotations"] = {"org.opencontainers.image.ref.name": "image"}
with open(os.path.join(options.folder, "index.json"), "w", encoding="utf-8") as file:
    json.dump({"schemaVersion": 2, "manifests": [top]}, file)
with open(os.path.join(options.folder, "oci-layout"), "w", encoding="utf-8") as file:
    json.dump({"imageLayoutVersion": "1.0.0"}, file)
