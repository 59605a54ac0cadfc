using Duramen.Architecture.Tests.Rules;
using Xunit;

namespace Duramen.Architecture.Tests;

/// <summary>This repository keeps the rules of its house.</summary>
public sealed class RepositoryTests
{
    [Fact]
    public void The_plan_itself_goes_down()
    {
        Assert.Equal(Floors.Plan.Count, Floors.Plan.Select(room => room.Project).Distinct(StringComparer.Ordinal).Count());
        foreach (Room room in Floors.Plan)
        {
            Assert.All(room.BuiltOn, lower => Assert.True(Floors.Find(lower)?.Floor < room.Floor, $"{room.Project} is built on {lower}"));
        }
    }

    [Fact]
    public void The_tree_that_is_checked_is_the_whole_one()
    {
        Assert.Contains(Repository.Own.Projects, project => project.Path == "src/Duramen.Core/Duramen.Core.csproj");
        Assert.Contains("src/Duramen.Core/Errors/ErrorCode.cs", Repository.Own.AllCSharpFiles);
        Assert.Contains("docs/errors.md", Repository.Own.Documents);
    }

    [Fact]
    public void Every_project_has_a_room_in_the_plan() => Holds(ReferenceRules.EveryProjectHasARoom);

    [Fact]
    public void A_floor_knows_only_the_floors_below_it() => Holds(ReferenceRules.ReferencesGoDown);

    [Fact]
    public void Source_references_only_source() => Holds(ReferenceRules.ReferencesStayInSource);

    [Fact]
    public void No_project_references_itself_through_others() => Holds(ReferenceRules.NoCycles);

    [Fact]
    public void Every_project_is_in_the_solution() => Holds(ReferenceRules.EveryProjectIsInTheSolution);

    [Fact]
    public void Pure_projects_are_held_to_the_list_of_banned_symbols() => Holds(ReferenceRules.PureProjectsSaySo);

    [Fact]
    public void Only_tests_and_benchmarks_see_internals() => Holds(ReferenceRules.FriendsAreTestsOrBenchmarks);

    [Fact]
    public void A_namespace_is_the_path_of_its_folder() => Holds(SourceRules.NamespacesAreFolders);

    [Fact]
    public void A_file_holds_one_public_type_and_has_its_name() => Holds(SourceRules.OnePublicTypePerFile);

    [Fact]
    public void Usings_are_sorted() => Holds(SourceRules.UsingsAreSorted);

    [Fact]
    public void A_file_is_one_idea() => Holds(SourceRules.FilesAreShort);

    [Fact]
    public void No_region_hides_the_length_of_a_file() => Holds(SourceRules.NoRegions);

    [Fact]
    public void Nothing_is_left_unfinished() => Holds(SourceRules.NothingIsLeftUnfinished);

    [Fact]
    public void No_file_tells_where_it_was_written() => Holds(SourceRules.NoWordOfTheWorkplace);

    [Fact]
    public void Links_in_documents_lead_somewhere() => Holds(DocumentRules.LinksLeadSomewhere);

    [Fact]
    public void Every_error_code_is_explained() => Holds(DocumentRules.EveryErrorCodeIsExplained);

    private static void Holds(Func<Repository, IEnumerable<string>> rule)
    {
        string[] violations = [.. rule(Repository.Own)];
        Assert.True(violations.Length == 0, string.Join('\n', violations));
    }
}
