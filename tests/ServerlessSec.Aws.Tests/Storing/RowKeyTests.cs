using CsCheck;
using ServerlessSec.Scanning;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class RowKeyTests
{
    private static readonly Gen<ScanOrder> AnyOrder = Gen.Select(
        Gen.Int[0, 3], Gen.OneOf(Gen.Const((long?)null), Gen.Long[0, 12].Select(static g => (long?)g), Gen.Long[0, 1L << 60].Select(static g => (long?)g)),
        static (minutes, generation) => new ScanOrder(Start.AddMinutes(minutes), generation));

    [Fact]
    public void Orders_sort_as_text_as_they_do_themselves_and_are_read_back() => Gen.Select(AnyOrder, AnyOrder).Sample(static (one, other) =>
    {
        Assert.Equal(one, Keys.Order(Keys.Order(one)));
        Assert.Equal(Math.Sign(one.CompareTo(other)), Math.Sign(string.CompareOrdinal(Keys.Order(one), Keys.Order(other))));
    });

    /// <summary>Rows that were written when the newest record's date stood for the advisories.</summary>
    [Fact]
    public void An_order_with_a_date_of_advisories_is_before_every_generation_at_the_same_instant()
    {
        var dated = $"{Keys.Instant(Start)}|{Keys.Instant(Start.AddYears(50))}";
        Assert.Equal(new ScanOrder(Start, null), Keys.Order(dated));
        Assert.True(string.CompareOrdinal(dated, Keys.Order(new ScanOrder(Start, 0))) < 0);
    }
}
