namespace Duramen.Conformance.Tests.Servers;

/// <summary>A data folder on the real disk that goes when it is disposed.</summary>
internal sealed class ServerFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("duramen-conformance-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
