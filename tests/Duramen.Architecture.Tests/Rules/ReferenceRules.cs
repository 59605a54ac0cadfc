using System.Xml.Linq;

namespace Duramen.Architecture.Tests.Rules;

/// <summary>A floor knows only the floors below it, and the project files say all of it.</summary>
internal static class ReferenceRules
{
    public static IEnumerable<string> EveryProjectHasARoom(Repository repository) =>
        from project in repository.Projects
        where project.Area == "src" && Floors.Find(project.Name) is null
        select $"{project.Path}: the plan in Floors.cs has no such project";

    public static IEnumerable<string> ReferencesGoDown(Repository repository)
    {
        foreach (ProjectFile project in repository.Projects.Where(project => project.Area == "src"))
        {
            if (Floors.Find(project.Name) is not { } room)
            {
                continue;
            }

            IReadOnlySet<string> below = Floors.Below(room);
            foreach (string target in project.References.Select(ProjectFile.NameOf))
            {
                if (Floors.Find(target) is not { } targetRoom)
                {
                    yield return $"{project.Path}: references {target}, which the plan in Floors.cs does not have";
                }
                else if (targetRoom.Floor >= room.Floor)
                {
                    yield return $"{project.Path}: floor {room.Floor} references {target} on floor {targetRoom.Floor}";
                }
                else if (!below.Contains(target))
                {
                    yield return $"{project.Path}: references {target}, which it is not built on according to Floors.cs";
                }
            }
        }
    }

    public static IEnumerable<string> ReferencesStayInSource(Repository repository) =>
        from project in repository.Projects
        where project.Area == "src"
        from reference in project.References
        let target = Path.GetRelativePath(repository.Root, Path.GetFullPath(Path.Combine(repository.Root, project.Folder, reference)))
        where !target.StartsWith("src/", StringComparison.Ordinal) || !repository.Exists(target)
        select $"{project.Path}: references {reference}, which is no project under src/";

    public static IEnumerable<string> NoCycles(Repository repository)
    {
        var references = repository.Projects
            .GroupBy(project => project.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.SelectMany(project => project.References.Select(ProjectFile.NameOf)).ToList(), StringComparer.Ordinal);
        foreach (string start in references.Keys.Order(StringComparer.Ordinal))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<string>(references[start]);
            while (open.TryPop(out string? next))
            {
                if (next == start)
                {
                    yield return $"{start}: references itself through other projects";
                    break;
                }

                if (seen.Add(next) && references.TryGetValue(next, out List<string>? further))
                {
                    further.ForEach(open.Push);
                }
            }
        }
    }

    public static IEnumerable<string> EveryProjectIsInTheSolution(Repository repository)
    {
        var listed = XDocument.Parse(repository.Text("Duramen.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")?.Value.Replace('\\', '/')).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return repository.Projects.Where(project => !listed.Contains(project.Path)).Select(project => $"{project.Path}: missing in Duramen.slnx")
            .Concat(listed.Where(path => !repository.Exists(path)).Select(path => $"Duramen.slnx: lists {path}, which does not exist"));
    }

    public static IEnumerable<string> PureProjectsSaySo(Repository repository) =>
        from project in repository.Projects
        let room = Floors.Find(project.Name)
        where project.Area == "src" && room is not null && project.Property("DuramenPure") != (room.IsPure ? "true" : "")
        select $"{project.Path}: DuramenPure is '{project.Property("DuramenPure")}', but Floors.cs says {(room.IsPure ? "pure" : "not pure")}";

    public static IEnumerable<string> FriendsAreTestsOrBenchmarks(Repository repository)
    {
        var friends = repository.Projects.Where(project => project.Area is "tests" or "bench").Select(project => project.Name).ToHashSet(StringComparer.Ordinal);
        var inProjects =
            from project in repository.Projects
            where project.Area == "src"
            from friend in project.Friends
            select (File: project.Path, Friend: friend);
        var inCode =
            from file in repository.CSharpFiles("src")
            from match in SourcePatterns.Friend().Matches(repository.Text(file))
            select (File: file, Friend: match.Groups["name"].Value);
        return from found in inProjects.Concat(inCode)
               where !friends.Contains(found.Friend)
               select $"{found.File}: shows its internals to {found.Friend}, which is no project under tests/ or bench/";
    }
}
