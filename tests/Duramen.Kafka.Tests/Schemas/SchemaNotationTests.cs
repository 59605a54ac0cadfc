using Duramen.Kafka.Generator.Schemas;
using Xunit;

namespace Duramen.Kafka.Tests.Schemas;

/// <summary>A schema that says something wrong is refused with the place where it does.</summary>
public sealed class SchemaNotationTests : IDisposable
{
    private const string Head = "# Pings.\napi Ping 200\nversions 1-3\nflexible 2+\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("duramen-schema-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_schema_says_types_versions_nulls_defaults_and_tags()
    {
        Api api = Load(
            Head + """
            request
              A    string?2+ 2+
              B    [Element]?3+            # Elements.
                C  int64 = -1 ignorable    # A number.
              D    bool 2+ tag 5           # A flag.
            """,
            fields: "A Text.");
        Field[] fields = [.. api.Request.Root.Fields];
        Assert.Equal(["A", "B", "D"], fields.Select(field => field.Name));
        Assert.Equal((new VersionRange(2, 3), new VersionRange(2, 3), "Text."), (fields[0].Versions, fields[0].NullableVersions, fields[0].Text));
        Assert.Equal((true, new VersionRange(1, 3), new VersionRange(3, 3)), (fields[1].IsArray, fields[1].Versions, fields[1].NullableVersions));
        Field inner = Assert.Single(fields[1].Structure!.Fields);
        Assert.Equal((FieldKind.Int64, "-1", true), (inner.Kind, inner.Default, inner.IsIgnorable));
        Assert.Equal(5, fields[2].Tag);
    }

    [Fact]
    public void A_structure_that_stands_in_two_places_has_its_fields_in_the_versions_of_both()
    {
        Api api = Load(Head + """
            request
              A    [Element] 1-2           # Until version 2.
                C  int64                   # A number.
                D  string?2+ 2+            # Text.
              B    [Element] 3+            # From version 3 on.
            """);
        Structure element = Assert.Single(api.Request.Structures);
        Assert.Equal(new VersionRange(1, 3), element.Versions);
        Assert.Equal((new VersionRange(1, 3), new VersionRange(2, 3), new VersionRange(2, 3)), (element.Fields[0].Versions, element.Fields[1].Versions, element.Fields[1].NullableVersions));
        Assert.Equal((new VersionRange(1, 2), new VersionRange(3, 3)), (api.Request.Root.Fields[0].Versions, api.Request.Root.Fields[1].Versions));
    }

    [Theory]
    [InlineData("  A  int32\n", "Ping.txt:5: it must be that fields stand under 'request' or 'response'")]
    [InlineData("request\n  A  int33 # x\n", "Ping.txt:6: it must be that 'int33' is a type")]
    [InlineData("request\n  A  int32\n", "Ping.txt:6: it must be that its meaning stands behind # or in fields.txt")]
    [InlineData("request\n    A  int32 # x\n", "Ping.txt:6: it must be that its indentation fits")]
    [InlineData("request\n  A  int32 4+ # x\n", "Ping.txt:6: it must be that some version has it")]
    [InlineData("request\n  A  int32 # x\n  A  int32 # x\n", "Ping.txt:7: it must be that its name is its own")]
    [InlineData("request\n  A  int32? # x\n", "Ping.txt:6: it must be that it may be null")]
    [InlineData("request\n  A  [int64] # x\n", "Ping.txt:6: it must be that it may be an element")]
    [InlineData("request\n  A  int32 tag 0 # x\n", "Ping.txt:6: it must be that only flexible versions have tagged fields")]
    [InlineData("request\n  A  int32 2+ tag 0 # x\n  B  int32 2+ tag 0 # x\n", "Ping.txt:7: it must be that its tag is its own")]
    [InlineData("request\n  A  records 2+ tag 0 # x\n", "Ping.txt:6: it must be that records stand outside tagged fields")]
    [InlineData("request\n  A  Element # x\n    B int8 # x\n", "Ping.txt:6: it must be that a structure that is no element is a tagged field")]
    [InlineData("request\n  A  [Element] # x\n", "the structure Element has no fields")]
    [InlineData("request\n  A  int32 maybe # x\n", "Ping.txt:6: 'maybe' says nothing about a field")]
    [InlineData("question\n", "Ping.txt:5: it begins no part of a schema")]
    public void A_mistake_is_found_where_it_is(string body, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Load(Head + body)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_apis_with_one_number_are_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "Pong.txt"), Head.Replace("api Ping", "api Pong", StringComparison.Ordinal));
        Assert.Equal("Ping and Pong have the same number, 200", Assert.Throws<FormatException>(() => Load(Head)).Message);
    }

    private Api Load(string text, string fields = "")
    {
        File.WriteAllText(Path.Combine(_folder, "Ping.txt"), text);
        File.WriteAllText(Path.Combine(_folder, Schema.FieldsFile), fields);
        File.WriteAllText(Path.Combine(_folder, Schema.ErrorsFile), "");
        return Assert.Single(Schema.Load(_folder).Apis);
    }
}
