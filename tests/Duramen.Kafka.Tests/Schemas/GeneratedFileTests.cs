using Duramen.Kafka.Generator;
using Xunit;

namespace Duramen.Kafka.Tests.Schemas;

/// <summary>What is generated is what is checked in.</summary>
public sealed class GeneratedFileTests
{
    [Fact]
    public void Generated_files_are_what_the_schema_says()
    {
        string root = RepositoryRoot.Find();
        SortedDictionary<string, string> expected = GeneratedFiles.Make(root);
        Assert.Equal(expected.Keys.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)), GeneratedFiles.Present(root).Order(StringComparer.Ordinal));
        Assert.All(expected, file => Assert.True(
            File.ReadAllText(Path.Combine(root, file.Key)) == file.Value,
            $"{file.Key} is not what the schema says: run dotnet run --project eng/Duramen.Kafka.Generator"));
    }
}
