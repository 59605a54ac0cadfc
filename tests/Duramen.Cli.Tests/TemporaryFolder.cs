namespace Duramen.Cli.Tests;

/// <summary>A folder that exists while a test runs.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("duramen-cli-").FullName;

    public string Root { get; }

    /// <summary>The path of a data folder in it, which does not exist yet.</summary>
    public string Data => Path.Combine(Root, "data");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
