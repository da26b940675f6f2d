/*
 * embed.c: a build tool: files become C strings.
 *
 *	embed OUT.c SYMBOL FILE...
 *
 * writes `const struct embedded SYMBOL[]`: name (the file's base name) and text of each file, in the order given,
 * then an entry without a name. Runs at build time only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *name)
{
	fprintf(stderr, "embed: %s: %s\n", what, name);
	exit(1);
}

static void put_file(FILE *out, const char *path)
{
	FILE *in = fopen(path, "rb");
	if (!in)
		die("cannot read", path);
	const char *slash = strrchr(path, '/');
	fprintf(out, "\t{ \"%s\",\n\t  (const char[]){ ", slash ? slash + 1 : path);
	/* A list of numbers: string literals are limited to 4095 bytes by C11. */
	long n = 0;
	for (int c; (c = getc(in)) != EOF; n++)
		fprintf(out, "%d,%s", c < 128 ? c : c - 256, n % 24 == 23 ? "\n" : "");
	fprintf(out, "0 }, %ld },\n", n);
	fclose(in);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		die("usage", "embed OUT.c SYMBOL FILE...");
	FILE *out = fopen(argv[1], "wb");
	if (!out)
		die("cannot write", argv[1]);
	fprintf(out, "#include \"compiler/embed/embedded.h\"\n\nconst struct embedded %s[] = {\n", argv[2]);
	for (int i = 3; i < argc; i++)
		put_file(out, argv[i]);
	fprintf(out, "\t{ 0, 0, 0 },\n};\n");
	if (fclose(out) != 0)
		die("cannot write", argv[1]);
	return 0;
}
