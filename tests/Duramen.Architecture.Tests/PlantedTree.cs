namespace Duramen.Architecture.Tests;

/// <summary>A small repository in a temporary folder that keeps every rule, to plant violations in.</summary>
internal sealed class PlantedTree : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("duramen-architecture-").FullName;

    public PlantedTree()
    {
        Write(
            "Duramen.slnx",
            """
            <Solution>
              <Project Path="src/Duramen.Core/Duramen.Core.csproj" />
              <Project Path="src/Duramen.Records/Duramen.Records.csproj" />
              <Project Path="src/Duramen.Disk/Duramen.Disk.csproj" />
              <Project Path="tests/Duramen.Core.Tests/Duramen.Core.Tests.csproj" />
            </Solution>
            """);
        WriteProject("src/Duramen.Core", isPure: true, friend: "Duramen.Core.Tests");
        WriteProject("src/Duramen.Records", isPure: true, references: ["../Duramen.Core/Duramen.Core.csproj"]);
        WriteProject("src/Duramen.Disk", isPure: false, references: ["../Duramen.Core/Duramen.Core.csproj"]);
        WriteProject("tests/Duramen.Core.Tests", isPure: false, references: ["../../src/Duramen.Core/Duramen.Core.csproj"]);
        Write("src/Duramen.Core/Ids/Offset.cs", "namespace Duramen.Core.Ids;\n\npublic readonly record struct Offset(long Value);\n\ninternal sealed class Helper;\n");
        Write(
            "src/Duramen.Core/CoreErrors.cs",
            "namespace Duramen.Core;\n\npublic static class CoreErrors\n{\n    public static ErrorCode Broken => new(\"core-broken\");\n}\n");
        Write("docs/errors.md", "# Errors\n\n## `core-broken`\n\n**What it means.** Broken.\n\n**What to do.** Mend it.\n");
        Write("README.md", "See [errors](docs/errors.md#core-broken) and [the site](https://example.org/).\n");
    }

    /// <summary>Writes a file, with the folders it needs.</summary>
    public void Write(string path, string text)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>Writes a project file named for its folder.</summary>
    public void WriteProject(string folder, bool isPure, string[]? references = null, string? friend = null)
    {
        string purity = isPure ? "<PropertyGroup><DuramenPure>true</DuramenPure></PropertyGroup>" : "";
        string items = string.Concat((references ?? []).Select(reference => $"<ProjectReference Include=\"{reference}\" />"))
            + (friend is null ? "" : $"<InternalsVisibleTo Include=\"{friend}\" />");
        Write($"{folder}/{Path.GetFileName(folder)}.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\">{purity}<ItemGroup>{items}</ItemGroup></Project>");
    }

    /// <summary>The tree as the rules see it now.</summary>
    public Repository Read() => new(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
