using System.Xml.Linq;

namespace Duramen.Architecture.Tests;

/// <summary>What the rules ask of a project file.</summary>
internal sealed class ProjectFile
{
    private readonly XDocument _xml;

    public ProjectFile(string root, string path)
    {
        Path = path;
        Folder = System.IO.Path.GetDirectoryName(path)!.Replace('\\', '/');
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        Area = path.Split('/')[0];
        _xml = XDocument.Load(System.IO.Path.Combine(root, path));
    }

    /// <summary>The path from the root of the repository, with '/'.</summary>
    public string Path { get; }

    /// <summary>The folder that holds the project file, from the root of the repository.</summary>
    public string Folder { get; }

    /// <summary>The name of the project file without its extension.</summary>
    public string Name { get; }

    /// <summary>The first folder of the path: src, tests, bench or samples.</summary>
    public string Area { get; }

    /// <summary>The paths of the referenced projects as written, from this project's folder.</summary>
    public IEnumerable<string> References => Items("ProjectReference");

    /// <summary>The assemblies that this project shows its internals to.</summary>
    public IEnumerable<string> Friends => Items("InternalsVisibleTo");

    /// <summary>The value of a property, or an empty string.</summary>
    public string Property(string name) => _xml.Descendants(name).LastOrDefault()?.Value.Trim() ?? "";

    /// <summary>The name of the project that a reference leads to.</summary>
    public static string NameOf(string reference) => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'));

    private IEnumerable<string> Items(string kind) =>
        _xml.Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>();
}
