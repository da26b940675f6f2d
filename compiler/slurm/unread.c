#include "compiler/slurm/unread.h"

#include <string.h>
#include <strings.h>

/* Files that are read by plugins, and the keys that choose these. */
/* clang-format off */
static const struct reader {
	enum slurm_file file;
	const char *keys[2]; /* the current one first */
	const char *plugins;
} readers[] = {
	/* interfaces/topology.c: topology_g_init() */
	{ TOPOLOGY_CONF, { "TopologyPlugin" }, "topology/tree, topology/block, topology/ring, topology/hypercube" },
	/* plugins/namespace/tmpfs (job_container/tmpfs): read_jcconf.c */
	{ JOB_CONTAINER_CONF, { "NamespaceType", "JobContainerType" }, "job_container/tmpfs, namespace/tmpfs" },
	/* plugins/namespace/linux */
	{ NAMESPACE_YAML, { "NamespaceType", "JobContainerType" }, "namespace/linux" },
	/* plugins/burst_buffer/common: bb_load_config() */
	{ BURST_BUFFER_CONF, { "BurstBufferType" }, "burst_buffer/datawarp, burst_buffer/lua" },
	/* plugins/node_features/helpers: init() */
	{ HELPERS_CONF, { "NodeFeaturesPlugins" }, "node_features/helpers" },
};
/* clang-format on */

/* From which release on topology.yaml is looked for; then topology.conf is not, when there is one. */
enum { YAML_FIRST = RELEASE_25_05, NAMESPACE_FIRST = RELEASE_25_11 };

/* Whether a plugin is among "type/a, type/b"; some keys take it without its type as well. */
static bool among(const char *plugin, size_t n, const char *plugins)
{
	for (const char *s = plugins; *s;) {
		size_t length = strcspn(s, ","), type = strcspn(s, "/") + 1;
		bool whole = length == n && strncasecmp(s, plugin, n) == 0;
		bool bare = length - type == n && strncasecmp(s + type, plugin, n) == 0;
		if (whole || bare)
			return true;
		s += length;
		s += strspn(s, ", ");
	}
	return false;
}

static bool chooses(const char *value, const char *plugins)
{
	for (const char *s = value; s && *s;) {
		size_t n = strcspn(s, ", ");
		if (n && among(s, n, plugins))
			return true;
		s += n;
		s += strspn(s, ", ");
	}
	return false;
}

static bool plugin_unread(const struct slurm_files *files, const struct reader *r, struct unread *ret)
{
	const struct records *all = &files->records;
	*ret = (struct unread){ .why = UNREAD_PLUGIN, .plugins = r->plugins };
	for (size_t i = 0; i < sizeof(r->keys) / sizeof(r->keys[0]) && r->keys[i]; i++) {
		const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, r->keys[i]);
		if (!f || !fact_known(f, all->release))
			continue;
		const struct entry *e = records_global(all, SLURM_CONF, r->keys[i]);
		const char *value = e ? e->value : fact_default(f, all->release);
		if (chooses(value, r->plugins))
			return false;
		if (!ret->key || e) {
			ret->key = f->key;
			ret->chosen = e;
			ret->value = value;
		}
	}
	return ret->key != NULL;
}

bool slurm_file_unread(const struct slurm_files *files, enum slurm_file file, struct unread *ret)
{
	enum release release = files->records.release;
	if (file == TOPOLOGY_YAML && release < (enum release)YAML_FIRST) {
		*ret = (struct unread){ .why = UNREAD_RELEASE, .first = (enum release)YAML_FIRST };
		return true;
	}
	if (file == NAMESPACE_YAML && release < (enum release)NAMESPACE_FIRST) {
		*ret = (struct unread){ .why = UNREAD_RELEASE, .first = (enum release)NAMESPACE_FIRST };
		return true;
	}
	if (file == TOPOLOGY_CONF && files->sources[TOPOLOGY_YAML] && release >= (enum release)YAML_FIRST) {
		*ret = (struct unread){ .why = UNREAD_OTHER, .other = TOPOLOGY_YAML };
		return true;
	}
	if (!files->sources[SLURM_CONF])
		return false;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i].file == file)
			return plugin_unread(files, &readers[i], ret);
	return false;
}
