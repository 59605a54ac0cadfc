using Duramen.Architecture.Tests.Rules;
using Xunit;

namespace Duramen.Architecture.Tests;

/// <summary>The rules find what they are there to find: each is shown a tree that keeps it and the same tree with one violation.</summary>
public sealed class PlantedViolationTests : IDisposable
{
    private static readonly Func<Repository, IEnumerable<string>>[] AllRules =
    [
        ReferenceRules.EveryProjectHasARoom, ReferenceRules.ReferencesGoDown, ReferenceRules.ReferencesStayInSource, ReferenceRules.NoCycles,
        ReferenceRules.EveryProjectIsInTheSolution, ReferenceRules.PureProjectsSaySo, ReferenceRules.FriendsAreTestsOrBenchmarks,
        SourceRules.NamespacesAreFolders, SourceRules.OnePublicTypePerFile, SourceRules.UsingsAreSorted, SourceRules.FilesAreShort, SourceRules.NoRegions,
        SourceRules.NothingIsLeftUnfinished, SourceRules.NoWordOfTheWorkplace, DocumentRules.LinksLeadSomewhere, DocumentRules.EveryErrorCodeIsExplained,
    ];

    private readonly PlantedTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_tree_that_keeps_the_rules_passes_them_all() => Assert.All(AllRules, rule => Assert.Empty(rule(_tree.Read())));

    [Fact]
    public void A_reference_up_is_found()
    {
        _tree.WriteProject("src/Duramen.Core", isPure: true, references: ["../Duramen.Disk/Duramen.Disk.csproj"]);
        Finds(ReferenceRules.ReferencesGoDown, "src/Duramen.Core/Duramen.Core.csproj: floor 0 references Duramen.Disk on floor 1");
    }

    [Fact]
    public void A_reference_sideways_is_found()
    {
        _tree.WriteProject("src/Duramen.Disk", isPure: false, references: ["../Duramen.Records/Duramen.Records.csproj"]);
        Finds(ReferenceRules.ReferencesGoDown, "floor 1 references Duramen.Records on floor 1");
    }

    [Fact]
    public void A_reference_down_to_a_room_it_is_not_built_on_is_found()
    {
        _tree.WriteProject("src/Duramen.Log", isPure: true, references: ["../Duramen.Disk/Duramen.Disk.csproj"]);
        Finds(ReferenceRules.ReferencesGoDown, "references Duramen.Disk, which it is not built on");
    }

    [Fact]
    public void A_reference_from_source_to_a_test_is_found()
    {
        _tree.WriteProject("src/Duramen.Disk", isPure: false, references: ["../../tests/Duramen.Core.Tests/Duramen.Core.Tests.csproj"]);
        Finds(ReferenceRules.ReferencesStayInSource, "which is no project under src/");
    }

    [Fact]
    public void A_cycle_is_found_at_each_of_its_projects()
    {
        _tree.WriteProject("src/Duramen.Core", isPure: true, references: ["..\\Duramen.Records\\Duramen.Records.csproj"]);
        Assert.Equal(
            ["Duramen.Core: references itself through other projects", "Duramen.Records: references itself through other projects"],
            ReferenceRules.NoCycles(_tree.Read()));
    }

    [Fact]
    public void A_project_that_the_plan_does_not_know_is_found()
    {
        _tree.WriteProject("src/Duramen.Attic", isPure: false);
        Finds(ReferenceRules.EveryProjectHasARoom, "src/Duramen.Attic/Duramen.Attic.csproj");
        Finds(ReferenceRules.EveryProjectIsInTheSolution, "src/Duramen.Attic/Duramen.Attic.csproj: missing in Duramen.slnx");
    }

    [Fact]
    public void A_pure_project_that_does_not_say_so_is_found()
    {
        _tree.WriteProject("src/Duramen.Records", isPure: false);
        Finds(ReferenceRules.PureProjectsSaySo, "src/Duramen.Records/Duramen.Records.csproj");
    }

    [Fact]
    public void A_friend_in_source_is_found_in_project_files_and_in_code()
    {
        _tree.WriteProject("src/Duramen.Core", isPure: true, friend: "Duramen.Disk");
        Finds(ReferenceRules.FriendsAreTestsOrBenchmarks, "src/Duramen.Core/Duramen.Core.csproj: shows its internals to Duramen.Disk");
        _tree.WriteProject("src/Duramen.Core", isPure: true);
        _tree.Write("src/Duramen.Core/Friends.cs", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Duramen.Disk\")]\n");
        Finds(ReferenceRules.FriendsAreTestsOrBenchmarks, "src/Duramen.Core/Friends.cs: shows its internals to Duramen.Disk");
    }

    [Theory]
    [InlineData("namespace Duramen.Core;\n\npublic sealed class Crc;\n", "namespace Duramen.Core, but its folder says Duramen.Core.Checksums")]
    [InlineData("namespace Duramen.Core.Checksums\n{\n}\npublic sealed class Crc;\n", "declares a type outside the namespace Duramen.Core.Checksums")]
    public void A_namespace_that_is_not_its_folder_is_found(string text, string violation)
    {
        _tree.Write("src/Duramen.Core/Checksums/Crc.cs", text);
        Finds(SourceRules.NamespacesAreFolders, violation);
    }

    [Theory]
    [InlineData("public sealed class Two;\n\npublic enum Other { A }")]
    [InlineData("public readonly ref struct Two<T>\n{\n}\n\npublic interface IOther;")]
    [InlineData("public record Two(int A);\n\npublic delegate Task<int> Other(int a);")]
    [InlineData("public static unsafe partial class Two\n{\n}\n\npublic readonly record struct Other(int A);")]
    public void A_second_public_type_is_found(string text)
    {
        _tree.Write("src/Duramen.Core/Two.cs", $"namespace Duramen.Core;\n\n{text}\n");
        Finds(SourceRules.OnePublicTypePerFile, "src/Duramen.Core/Two.cs: 2 public types");
    }

    [Fact]
    public void A_file_named_for_something_else_is_found()
    {
        _tree.Write("src/Duramen.Core/Two.Part.cs", "namespace Duramen.Core;\n\npublic sealed partial class Two;\n");
        Assert.Empty(SourceRules.OnePublicTypePerFile(_tree.Read()));
        _tree.Write("src/Duramen.Core/Three.cs", "namespace Duramen.Core;\n\npublic sealed class Four;\n");
        Finds(SourceRules.OnePublicTypePerFile, "src/Duramen.Core/Three.cs: holds the public type Four");
    }

    [Fact]
    public void A_file_of_one_line_too_many_is_found()
    {
        string lines = string.Concat(Enumerable.Repeat("// One more.\n", SourceRules.MaxFileLines));
        _tree.Write("src/Duramen.Core/Long.cs", lines);
        Assert.Empty(SourceRules.FilesAreShort(_tree.Read()));
        _tree.Write("src/Duramen.Core/Long.cs", lines + "// Too much.\n");
        Finds(SourceRules.FilesAreShort, "src/Duramen.Core/Long.cs: 601 lines");
    }

    [Theory]
    [InlineData("using Duramen.Core.Ids;\nusing System.Buffers;\n", "using System.Buffers stands behind Duramen.Core.Ids")]
    [InlineData("using System;\nusing Duramen.Core.Ids;\nusing Duramen.Core.Binary;\n", "using Duramen.Core.Binary stands behind Duramen.Core.Ids")]
    public void Usings_out_of_order_are_found(string usings, string violation)
    {
        _tree.Write("src/Duramen.Core/Unsorted.cs", usings + "\nnamespace Duramen.Core;\n");
        Finds(SourceRules.UsingsAreSorted, violation);
    }

    [Fact]
    public void A_region_is_found()
    {
        _tree.Write("src/Duramen.Core/Hidden.cs", "namespace Duramen.Core;\n\n    #region Fields\n    #endregion\n");
        Finds(SourceRules.NoRegions, "src/Duramen.Core/Hidden.cs");
    }

    [Theory]
    [InlineData("src/Duramen.Core/Later.cs", "// TO" + "DO: later\n")]
    [InlineData("docs/later.md", "FIX" + "ME\n")]
    [InlineData("run", "# HA" + "CK\n")]
    public void Unfinished_work_is_found(string file, string text)
    {
        _tree.Write(file, "\n" + text);
        Finds(SourceRules.NothingIsLeftUnfinished, $"{file}:2: unfinished work");
    }

    [Theory]
    [InlineData("Logs are in /ho" + "me/ada/logs.")]
    [InlineData("cd \"/wo" + "rk/duramen\"")]
    [InlineData("Fetch it from packages.example.cor" + "p/index.")]
    public void The_place_of_writing_is_found(string text)
    {
        _tree.Write("docs/place.md", text + "\n");
        Finds(SourceRules.NoWordOfTheWorkplace, "docs/place.md:1");
    }

    [Theory]
    [InlineData("[gone](docs/gone.md)", "links to docs/gone.md, which does not exist")]
    [InlineData("[gone](docs/errors.md#gone)", "docs/errors.md has no such heading")]
    [InlineData("[gone]: ../outside.md", "links to ../outside.md, which does not exist")]
    public void A_link_to_nowhere_is_found(string text, string violation)
    {
        _tree.Write("README.md", text + "\n");
        Finds(DocumentRules.LinksLeadSomewhere, violation);
    }

    [Fact]
    public void A_link_in_a_code_block_is_no_link()
    {
        _tree.Write("README.md", "Write `[text](target.md)` or\n\n```\n[text](target.md)\n```\n");
        Assert.Empty(DocumentRules.LinksLeadSomewhere(_tree.Read()));
    }

    [Theory]
    [InlineData("public static ErrorCode Lost => new(\"core-lost\");", "has no section `core-lost`")]
    [InlineData("public static ErrorCode Lost { get; } = new(\"core-lost\");", "has no section `core-lost`")]
    [InlineData("throw new DuramenException(new ErrorCode(\"core-lost\"), \"\");", "has no section `core-lost`")]
    [InlineData("public static readonly ErrorCode Broken = new(\"core-broken\");", "the code core-broken is declared 2 times")]
    public void An_error_code_without_its_own_explanation_is_found(string declaration, string violation)
    {
        _tree.Write("src/Duramen.Core/MoreErrors.cs", $"namespace Duramen.Core;\n\ninternal static class MoreErrors\n{{\n    {declaration}\n}}\n");
        Finds(DocumentRules.EveryErrorCodeIsExplained, violation);
    }

    [Fact]
    public void An_explanation_without_a_remedy_or_a_code_is_found()
    {
        _tree.Write("docs/errors.md", "# Errors\n\n## `core-broken`\n\n**What it means.** Broken.\n");
        Finds(DocumentRules.EveryErrorCodeIsExplained, "the section `core-broken` must say");
        _tree.Write("docs/errors.md", "# Errors\n\n## `core-broken`\n\n**What it means.** Broken.\n\n**What to do.** Mend it.\n\n## `core-gone`\n");
        Finds(DocumentRules.EveryErrorCodeIsExplained, "explains `core-gone`, which no code declares");
    }

    private void Finds(Func<Repository, IEnumerable<string>> rule, string violation) =>
        Assert.Contains(violation, Assert.Single(rule(_tree.Read())), StringComparison.Ordinal);
}
