/* storage.c: what is put on hosts beside Slurm: file systems, files, secrets, users, images. */
#include "compiler/platform/platform.h"
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

static const char *const type_words[] = { "volume", "bind", "tmpfs", "nfs", NULL };
static const char *const service_words[] = { "slurmctld", "slurmdbd", "slurmd", "database", "login", NULL };

static const char *const image_part_words[] = { "compilers", "mpi4py", NULL };

/* clang-format off */
#define OWNERSHIP(S)                                                                                                   \
	{ .key = "owner", AS_TEXT(S, owner), .check = check_user, .doc = "Who owns it; `root` where absent." },        \
	{ .key = "group", AS_TEXT(S, group), .check = check_user, .doc = "Its group; `root` where absent." }

static const struct field nfs_server_fields[] = {
	{ .key = "address", AS_TEXT(struct nfs_server, address), .check = check_address,
	  .doc = "A server that the site has." },
	{ .key = "host", AS_TEXT(struct nfs_server, host), .check = check_name, .refers = "hosts",
	  .doc = "One of the cluster's hosts: its address is taken from there. Where containers of the cluster run on it, `cluster up` exports the directory to the hosts of the others, and to nobody else (root or sudo is needed there); its own containers see the directory itself." },
};
static const struct shape nfs_server_shape = {
	.name = "server", .doc = "An NFS server. A word alone is its address.", .size = sizeof(struct nfs_server),
	SHAPE_FIELDS(nfs_server_fields), .shorthand = "address",
};

static const struct field storage_fields[] = {
	{ .key = "type", AS_WORD(struct storage, type, type_words), .required = true,
	  .doc = "`volume`: named, kept by the container engine of one machine; `bind`: a directory of the host, which on several machines is the same one because they have mounted it; `tmpfs`: memory; `nfs`." },
	{ .key = "mount", AS_TEXT(struct storage, mount), .required = true, .check = check_path,
	  .doc = "Where it is seen." },
	{ .key = "source", AS_TEXT(struct storage, source), .check = check_path, .doc = "bind: the host's directory." },
	{ .key = "server", AS_STRUCT(struct storage, server, struct nfs_server, nfs_server_shape), .doc = "nfs: the server." },
	{ .key = "export", AS_TEXT(struct storage, export), .check = check_path, .doc = "nfs: the server's directory." },
	{ .key = "options", AS_TEXTS(struct storage, options), .check = check_mount_option, .doc = "Mount options. Containers mount NFS with `nfsvers=4` where these say no version." },
	{ .key = "read_only", AS_BOOL(struct storage, read_only), .doc = "Nobody writes to it here." },
	{ .key = "size", AS_MEMORY(struct storage, size), .doc = "tmpfs: its size." },
	{ .key = "on", AS_WORDS(struct storage, on, service_words),
	  .derived = "slurmd and login", .doc = "The services whose hosts see it." },
	OWNERSHIP(struct storage),
	{ .key = "mode", AS_TEXT(struct storage, mode), .check = check_mode, .doc = "The directory's mode." },
};
const struct shape storage_shape = {
	.name = "storage", .doc = "A file system.", .size = sizeof(struct storage), SHAPE_FIELDS(storage_fields),
};

static const struct field image_fields[] = {
	{ .key = "image", AS_TEXT(struct image, image), .check = check_image, .needs = CAN_IMAGES,
	  .doc = "A ready image, that is run as it is. The other keys say how one is made instead." },
	{ .key = "base", AS_TEXT(struct image, base), .check = check_image, .needs = CAN_IMAGES,
	  .derived = "the Debian whose packages hold the release of Slurm: `debian:trixie-slim` for 24.11",
	  .doc = "What the image is made on: a Debian, an Ubuntu or a RHEL-like distribution. Only Debian is tested." },
	{ .key = "source", AS_TEXT(struct image, source), .check = check_relative, .needs = CAN_IMAGES,
	  .doc = "A source archive of Slurm, such as `slurm-25.05.3.tar.bz2`, that the image builds instead of taking packages: an absolute path, or one from the built folder (`out/compose/`), on the machine where `cluster up` runs." },
	{ .key = "registry", AS_TEXT(struct image, registry), .check = check_image, .needs = CAN_IMAGES,
	  .derived = "none: a made image is saved and loaded over ssh, and made anew for another architecture",
	  .doc = "A registry that all hosts reach, such as `registry.example.org:5000/hpc`: a made image is pushed there, and the other hosts pull it." },
	{ .key = "arch", AS_WORDS(struct image, arch, arch_words), .needs = CAN_IMAGES,
	  .doc = "A ready image: the architectures that it is for. A host of another is an error." },
	{ .key = "parts", AS_WORDS(struct image, parts, image_part_words), .needs = CAN_IMAGES,
	  .doc = "What the image holds beyond what the cluster needs: `compilers` (C, C++, Fortran and MPI's wrappers) and `mpi4py` (Python with MPI)." },
	{ .key = "packages", AS_TEXTS(struct image, packages), .check = check_package, .needs = CAN_IMAGES,
	  .doc = "Further packages of the distribution." },
};
const struct shape image_shape = {
	.name = "image", .doc = "A container image: a ready one, or how one is made. A word alone is a ready one.",
	.size = sizeof(struct image), SHAPE_FIELDS(image_fields), .shorthand = "image",
};

static const struct field file_fields[] = {
	{ .key = "path", AS_TEXT(struct file, path), .required = true, .check = check_path, .doc = "Where it goes." },
	{ .key = "content", AS_LONGTEXT(struct file, content), .doc = "What it holds." },
	{ .key = "source", AS_TEXT(struct file, source), .check = check_relative,
	  .doc = "A file beside the spec that holds it, instead of `content`." },
	OWNERSHIP(struct file),
	{ .key = "mode", AS_TEXT(struct file, mode), .check = check_mode, .def = "0644", .doc = "Its mode." },
	{ .key = "on", AS_WORDS(struct file, on, service_words), .derived = "every host",
	  .doc = "The services whose hosts have it." },
};
const struct shape file_shape = {
	.name = "file", .doc = "A further file.", .size = sizeof(struct file), SHAPE_FIELDS(file_fields),
};

static const struct field secret_fields[] = {
	{ .key = "file", AS_TEXT(struct secret, file), .check = check_relative,
	  .doc = "A file on the machine that deploys, to be used as it is: an absolute path, or one from the built folder. Without it the secret is made, once." },
	{ .key = "bytes", AS_INT(struct secret, bytes), .min = 16, .max = 1024,
	  .derived = "1024 for `munge` and `slurm`, else 32", .doc = "How many random bytes make it." },
};
const struct shape secret_shape = {
	.name = "secret", .doc = "A secret. `munge` and `database` are known without being written.",
	.size = sizeof(struct secret), SHAPE_FIELDS(secret_fields),
};

static const struct field user_fields[] = {
	{ .key = "uid", AS_INT(struct user, uid), .min = 1, .max = 4294967293, .required = true,
	  .doc = "The user's number, the same on every host." },
	{ .key = "gid", AS_INT(struct user, gid), .min = 1, .max = 4294967293, .derived = "uid",
	  .doc = "The number of the user's group." },
	{ .key = "group", AS_TEXT(struct user, group), .check = check_user, .derived = "the user's name",
	  .doc = "The name of the user's group." },
	{ .key = "groups", AS_TEXTS(struct user, groups), .check = check_user, .doc = "Further groups, which must exist." },
	{ .key = "home", AS_TEXT(struct user, home), .check = check_path, .derived = "/home/NAME", .doc = "The home directory." },
	{ .key = "create_home", AS_BOOL(struct user, create_home), .def = "true", .doc = "Make it where it is missing." },
	{ .key = "shell", AS_TEXT(struct user, shell), .check = check_path, .def = "/bin/bash", .doc = "The login shell." },
};
const struct shape user_shape = {
	.name = "user", .doc = "A Unix user.", .size = sizeof(struct user), SHAPE_FIELDS(user_fields),
};
/* clang-format on */
