// Makes the glTF files of this folder with glTF Transform, which shares no code with what reads them here:
//   npm install @gltf-transform/core@4 @gltf-transform/extensions@4 && node make.mjs
import { Document, NodeIO } from '@gltf-transform/core';
import { EXTMeshGPUInstancing, KHRMaterialsUnlit, KHRTextureTransform } from '@gltf-transform/extensions';
import { deflateSync } from 'node:zlib';

const io = new NodeIO().registerExtensions([EXTMeshGPUInstancing, KHRMaterialsUnlit, KHRTextureTransform]);

// A box of 40 × 60 × 40 metres that stands on its origin, a primitive a side; `paint` gives each side its material.
function box(document, buffer, paint) {
  const mesh = document.createMesh('box');
  const sides = { east: [1, 0, 0], west: [-1, 0, 0], up: [0, 1, 0], down: [0, -1, 0], south: [0, 0, 1], north: [0, 0, -1] };
  for (const [name, n] of Object.entries(sides)) {
    const u = n[1] ? [1, 0, 0] : [n[2], 0, -n[0]];
    const v = n[1] ? [0, 0, -n[1]] : [0, 1, 0];
    const corner = (a, b) => [0, 1, 2].map((i) => (n[i] + a * u[i] + b * v[i]) * (i === 1 ? 30 : 20) + (i === 1 ? 30 : 0));
    const positions = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)].flat();
    const accessor = (array, type) => document.createAccessor().setArray(array).setType(type).setBuffer(buffer);
    mesh.addPrimitive(
      document.createPrimitive()
        .setAttribute('POSITION', accessor(new Float32Array(positions), 'VEC3'))
        .setAttribute('NORMAL', accessor(new Float32Array([n, n, n, n].flat()), 'VEC3'))
        .setIndices(accessor(new Uint16Array([0, 1, 2, 0, 2, 3]), 'SCALAR'))
        .setMaterial(paint(name)),
    );
  }
  return mesh;
}

// A PNG of 2 × 2 pixels: red, green over blue, white.
function png() {
  const crcTable = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  const crc = (bytes) => { let c = 0xffffffff; for (const b of bytes) c = crcTable[(c ^ b) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; };
  const chunk = (kind, data) => { const body = Buffer.concat([Buffer.from(kind), data]); const out = Buffer.alloc(body.length + 8); out.writeUInt32BE(data.length); body.copy(out, 4); out.writeUInt32BE(crc(body), body.length + 4); return out; };
  const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const rows = Buffer.from([0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255]);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// The side that looks north is red, the one that looks east is green, the others are white.
async function north() {
  const document = new Document();
  document.getRoot().getAsset().copyright = '© 测绘院 Survey';
  const buffer = document.createBuffer();
  const material = (colour) => document.createMaterial().setBaseColorFactor(colour).setMetallicFactor(0);
  const red = material([0.8, 0.02, 0.02, 1]), green = material([0.02, 0.5, 0.02, 1]), white = material([0.8, 0.8, 0.8, 1]);
  const mesh = box(document, buffer, (name) => ({ north: red, east: green })[name] ?? white);
  const node = document.createNode('box').setMesh(mesh);
  document.createScene().addChild(node);
  await io.write('north.glb', document);
}

// Three boxes by EXT_mesh_gpu_instancing below a node that is moved, turned and mirrored.
async function instances() {
  const document = new Document();
  const buffer = document.createBuffer();
  const material = document.createMaterial().setBaseColorFactor([0.5, 0.5, 0.5, 1]);
  const mesh = box(document, buffer, () => material);
  const batch = document.createExtension(EXTMeshGPUInstancing).setRequired(true).createInstancedMesh();
  const places = document.createAccessor().setArray(new Float32Array([0, 0, 0, 100, 0, 0, 0, 0, -200])).setType('VEC3').setBuffer(buffer);
  const sizes = document.createAccessor().setArray(new Float32Array([1, 1, 1, 2, 2, 2, 1, 3, 1])).setType('VEC3').setBuffer(buffer);
  batch.setAttribute('TRANSLATION', places).setAttribute('SCALE', sizes);
  const node = document.createNode('boxes').setMesh(mesh).setExtension('EXT_mesh_gpu_instancing', batch);
  const above = document.createNode('above').setTranslation([1000, 5, 0]).setScale([-1, 1, 1]).addChild(node);
  document.createScene().addChild(above);
  await io.write('instances.glb', document);
}

// A square on the ground with a picture beside it: no normals, a transformed picture, two files more.
async function photo() {
  const document = new Document();
  const buffer = document.createBuffer().setURI('photo.bin');
  const texture = document.createTexture().setImage(png()).setMimeType('image/png').setURI('photo.png');
  const material = document.createMaterial().setBaseColorTexture(texture).setAlphaMode('MASK').setAlphaCutoff(0.25).setDoubleSided(true);
  material.getBaseColorTextureInfo().setWrapS(33071).setWrapT(33648);
  const transform = document.createExtension(KHRTextureTransform).createTransform().setOffset([0.5, 0]).setScale([0.5, 1]);
  material.getBaseColorTextureInfo().setExtension('KHR_texture_transform', transform);
  const accessor = (array, type) => document.createAccessor().setArray(array).setType(type).setBuffer(buffer);
  const primitive = document.createPrimitive()
    .setMode(5)
    .setAttribute('POSITION', accessor(new Float32Array([-50, 1, 50, 50, 1, 50, -50, 1, -50, 50, 1, -50]), 'VEC3'))
    .setAttribute('TEXCOORD_0', accessor(new Float32Array([0, 1, 1, 1, 0, 0, 1, 0]), 'VEC2'))
    .setAttribute('COLOR_0', accessor(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]), 'VEC4').setNormalized(true))
    .setMaterial(material);
  const node = document.createNode('square').setMesh(document.createMesh().addPrimitive(primitive));
  document.createScene().addChild(node);
  await io.write('photo.gltf', document);
}

await north();
await instances();
await photo();
