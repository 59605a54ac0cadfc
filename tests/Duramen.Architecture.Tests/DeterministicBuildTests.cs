using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Duramen.Architecture.Tests;

/// <summary>The list that a user's project gets with Duramen.State refuses machines and projections what two replicas would not agree on.</summary>
public sealed class DeterministicBuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("duramen-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_planted_clock_chance_hash_culture_or_file_breaks_the_build_and_a_machine_without_them_passes()
    {
        Write("Clock.cs", "public static class Clock { public static long Apply() => System.DateTimeOffset.UtcNow.Ticks; }");
        Write("Chance.cs", "public static class Chance { public static int Apply() => System.Random.Shared.Next(); }");
        Write("Hash.cs", "public static class Hash { public static int Apply(string key) => key.GetHashCode(); }");
        Write("Culture.cs", "public static class Culture { public static double Apply(string value) => double.Parse(value); }");
        Write("Input.cs", "public static class Input { public static string Apply() => System.IO.File.ReadAllText(\"rates\"); }");
        Write("Number.cs", "public static class Number { public static bool Apply(string value) => decimal.TryParse(value, out _); }");
        Write("Order.cs", "using System.Linq; public static class Order { public static string Apply(string[] names) => names.OrderBy(name => name).First(); }");
        Write("Sorted.cs", "public static class Sorted { public static object Apply() => new System.Collections.Generic.SortedSet<string>(); }");
        Write("Seed.cs", "using System.Linq; public static class Seed { public static string Apply(string[] names) { foreach (string name in System.Collections.Frozen.FrozenSet.ToFrozenSet(names)) { return name; } return names[0]; } }");
        Write("Zone.cs", "public static class Zone { public static System.DateTimeOffset Apply(System.DateTime time) => new(time); }");
        Write("Sound.cs", """
            using System.Globalization;
            using System.Linq;
            public static class Sound
            {
                public static double Apply(string value, System.DateTimeOffset time) => double.Parse(value, CultureInfo.InvariantCulture) + time.Ticks;
                public static string First(string[] names) => names.OrderBy(name => name, System.StringComparer.Ordinal).First();
                public static string Text(long amount) => amount.ToString(CultureInfo.InvariantCulture);
                public static object Sorted() => new System.Collections.Generic.SortedSet<string>(System.StringComparer.Ordinal);
            }
            """);
        string output = Build(isDeterministic: true, out int exitCode);
        Assert.NotEqual(0, exitCode);
        string[] refused = [.. Regex.Matches(output, @"(\w+)\.cs\(\d+,\d+\): error RS0030").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["Chance", "Clock", "Culture", "Hash", "Input", "Number", "Order", "Seed", "Sorted", "Zone"], refused);
        Assert.Contains("put the time into the record", output, StringComparison.Ordinal);

        // Who does not ask for it is left alone.
        output = Build(isDeterministic: false, out exitCode);
        Assert.True(exitCode == 0, output);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private string Build(bool isDeterministic, out int exitCode)
    {
        XElement version = XDocument.Parse(Repository.Own.Text("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(package => package.Attribute("Include")!.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Write("Machines.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <DuramenDeterministic>{(isDeterministic ? "true" : "false")}</DuramenDeterministic>
              </PropertyGroup>
              <Import Project="{Path.Combine(Repository.Own.Root, "src/Duramen.State/Build/Duramen.State.props")}" />
              <ItemGroup>
                <PackageReference Include="Microsoft.CodeAnalysis.BannedApiAnalyzers" Version="{version.Attribute("Version")!.Value}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """);
        using Process build = Process.Start(new ProcessStartInfo("dotnet", ["build", _folder, "-nologo", "-v", "q", "-nodeReuse:false"]) { RedirectStandardOutput = true })!;
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        exitCode = build.ExitCode;
        return output;
    }
}
