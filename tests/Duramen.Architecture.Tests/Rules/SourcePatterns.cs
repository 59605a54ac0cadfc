using System.Text.RegularExpressions;

namespace Duramen.Architecture.Tests.Rules;

/// <summary>
/// What the rules recognise in C# text. The format check holds every file to one layout, so that a type outside any other stands in
/// column 0 and a line is enough to see it; nothing here needs a compiler.
/// </summary>
internal static partial class SourcePatterns
{
    [GeneratedRegex("""^namespace\s+(?<name>[\w.]+)\s*;""", RegexOptions.Multiline)]
    public static partial Regex FileScopedNamespace();

    /// <summary>A directive that opens a namespace; those that open a type or give a name stand behind them.</summary>
    [GeneratedRegex("""^using\s+(?<name>[\w.]+)\s*;""")]
    public static partial Regex Using();

    [GeneratedRegex("""^(?<modifiers>(?:(?:public|internal|file|abstract|sealed|static|partial|readonly|ref|unsafe)\s+)*)(?:class|struct|interface|enum|record\s+struct|record\s+class|record|delegate\s+[\w.<>\[\],?\s]+?)\s+(?<name>\w+)\s*(?=[<({:;\s]|$)""", RegexOptions.Multiline)]
    public static partial Regex OuterType();

    [GeneratedRegex("""InternalsVisibleTo\(\s*"(?<name>[^",]+)""")]
    public static partial Regex Friend();

    [GeneratedRegex("""^\s*#region\b""", RegexOptions.Multiline)]
    public static partial Regex Region();

    // Written in two halves, so that the rule does not find itself.
    [GeneratedRegex("""\b(?:TO""" + """DO|FIX""" + """ME|HA""" + """CK)\b""")]
    public static partial Regex Unfinished();

    /// <summary>Whose machine a text was written on says nothing to its reader: home and mounted folders, private hosts.</summary>
    [GeneratedRegex("""(?<![\w.~$}/-])/(?:home|root|Users|mnt|media|work|workspace|workspaces)/[\w.-]+|\b[\w-]+\.(?:corp|internal|intranet|lan)(?=[:/\s"'`)]|$)|(?i:\bas an AI\b|\blanguage model\b|\bAI[- ](?:generated|assistant)\b)""")]
    public static partial Regex Workplace();

    [GeneratedRegex("""\bErrorCode\s+\w+\s*(?:=>|=|\{\s*get;\s*\}\s*=)\s*new(?:\s+ErrorCode)?\(\s*"(?<name>[^"]*)"|\bnew\s+ErrorCode\(\s*"(?<name>[^"]*)"\s*\)""")]
    public static partial Regex DeclaredErrorCode();
}
