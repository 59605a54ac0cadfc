using System.Globalization;

namespace Duramen.State.Replication;

/// <summary>
/// A culture for the second of two executions that must do the same: what a machine takes from the culture of where it runs shows at the first text that it makes, reads or sorts by it. A decimal
/// comma, a minus sign that is no hyphen, and, where the system has its data, an order of letters that has z before t.
/// </summary>
internal readonly ref struct OtherCulture
{
    private const string Estonian = "et-EE";

    private static readonly CultureInfo Other = Make();

    private readonly CultureInfo _own;

    private OtherCulture(CultureInfo own) => _own = own;

    /// <summary>Runs this thread in another culture until it is disposed.</summary>
    public static OtherCulture Begin()
    {
        var own = new OtherCulture(CultureInfo.CurrentCulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentCulture.Name == Estonian ? CultureInfo.InvariantCulture : Other;
        return own;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _own;

    private static CultureInfo Make()
    {
        CultureInfo other;
        try
        {
            other = new CultureInfo(Estonian, useUserOverride: false);
        }
        catch (CultureNotFoundException)
        {
            // A program may run without the data of cultures (InvariantGlobalization), as this one's command line does.
            other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        }

        other.NumberFormat.NegativeSign = "\u2212";
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = "\u00a0";
        other.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        return other;
    }
}
