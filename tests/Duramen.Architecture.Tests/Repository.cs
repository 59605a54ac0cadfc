namespace Duramen.Architecture.Tests;

/// <summary>A working tree as the rules see it: project files, C# files and documents, built files and version control left out.</summary>
internal sealed class Repository
{
    /// <summary>The folders that hold projects.</summary>
    public static IReadOnlyList<string> Areas { get; } = ["src", "tests", "bench", "samples"];

    private static readonly string[] BuiltFolders = ["artifacts", "bin", "obj", "BenchmarkDotNet.Artifacts", "duramen-data"];

    public Repository(string root)
    {
        Root = root;
        Files = [.. Walk("").Order(StringComparer.Ordinal)];
        Projects = [.. Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => new ProjectFile(root, file))];
    }

    /// <summary>The tree that this test was built from.</summary>
    public static Repository Own { get; } = new(FindRoot());

    /// <summary>The absolute path of the tree.</summary>
    public string Root { get; }

    /// <summary>Every file, as a path from the root with '/', in ordinal order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Every project file.</summary>
    public IReadOnlyList<ProjectFile> Projects { get; }

    /// <summary>The C# files in one of the <see cref="Areas"/>.</summary>
    public IEnumerable<string> CSharpFiles(string area) =>
        Files.Where(file => file.StartsWith(area + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>The C# files of all areas.</summary>
    public IEnumerable<string> AllCSharpFiles => Areas.SelectMany(CSharpFiles);

    /// <summary>The Markdown files.</summary>
    public IEnumerable<string> Documents => Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));

    /// <summary>The project that a file belongs to: the one in the nearest folder above it.</summary>
    public ProjectFile? ProjectOf(string file) =>
        Projects.Where(project => file.StartsWith(project.Folder + "/", StringComparison.Ordinal)).MaxBy(project => project.Folder.Length);

    /// <summary>The whole text of a file.</summary>
    public string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The lines of a file.</summary>
    public string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    /// <summary>Whether a file or folder is in the tree.</summary>
    public bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private IEnumerable<string> Walk(string folder)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(Path.Combine(Root, folder)))
        {
            string name = Path.GetFileName(path);
            string relative = folder.Length == 0 ? name : $"{folder}/{name}";
            if (!Directory.Exists(path))
            {
                yield return relative;
            }
            else if (name != ".git" && !BuiltFolders.Contains(name))
            {
                foreach (string inner in Walk(relative))
                {
                    yield return inner;
                }
            }
        }
    }

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Duramen.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Duramen.slnx; run the tests from the repository's own build.");
    }
}
